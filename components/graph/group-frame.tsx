import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'

/** The frame around what belongs together, with its title on top. It lies behind its members. */
export function GroupFrame({ title, selected = false, border = 'border-border-strong border-dashed', onDoubleClick }: { title: ReactNode; selected?: boolean; /** Classes of its line. */ border?: string; onDoubleClick?: () => void }) {
  return (
    <div className={cn('size-full rounded-xl border-2', border, selected && 'outline-2 outline-offset-2 outline-primary')}>
      <div className="group-title pointer-events-auto flex h-8 cursor-grab items-center gap-1 rounded-t-xl px-1.5 text-sm font-medium" onDoubleClick={onDoubleClick}>{title}</div>
    </div>
  )
}

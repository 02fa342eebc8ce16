import type { ReactNode } from 'react'
import { cn } from './cn'
import { toneStyle } from './tone'

export type NoticeProps = {
  tone?: 'info' | 'warning' | 'success' | 'danger' | 'neutral'
  title?: ReactNode
  icon?: ReactNode
  /** Buttons at its end. */
  actions?: ReactNode
  className?: string
  children?: ReactNode
}

/** A message in the page; one of tone `danger` is announced as soon as it appears. */
export function Notice({ tone = 'info', title, icon, actions, className, children }: NoticeProps) {
  return (
    <div role={tone === 'danger' ? 'alert' : 'status'} className={cn('flex flex-wrap items-start gap-2 rounded-lg border px-3 py-2 text-sm [&_svg]:size-4 [&_svg]:shrink-0', toneStyle[tone], 'text-foreground', className)}>
      {icon !== undefined && <span className={cn('mt-0.5 border-0 bg-transparent', toneStyle[tone], 'border-0 bg-transparent')}>{icon}</span>}
      {/* Where there is no room beside it, buttons go below. */}
      <div className="min-w-0 flex-[1_1_14rem]">
        {title !== undefined && <p className="font-medium">{title}</p>}
        {children}
      </div>
      {actions}
    </div>
  )
}

import type { ReactNode } from 'react'
import { cn } from './cn'

export type EmptyStateProps = { icon?: ReactNode; title: ReactNode; description?: ReactNode; /** What to do about it. */ action?: ReactNode; className?: string }

export function EmptyState({ icon, title, description, action, className }: EmptyStateProps) {
  return (
    <div className={cn('flex flex-col items-center justify-center gap-1 px-6 py-10 text-center', className)}>
      {icon !== undefined && (
        <span aria-hidden className="mb-2 flex size-9 items-center justify-center rounded-lg border bg-muted text-muted-foreground [&_svg]:size-4.5">
          {icon}
        </span>
      )}
      <p className="text-sm font-medium">{title}</p>
      {description !== undefined && <p className="max-w-sm text-sm text-balance text-muted-foreground">{description}</p>}
      {action !== undefined && <div className="mt-3 flex gap-2">{action}</div>}
    </div>
  )
}

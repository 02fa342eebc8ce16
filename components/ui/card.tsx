import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'

export function Card({ className, ...props }: ComponentProps<'div'>) {
  return <div className={cn('min-w-0 rounded-lg border bg-card text-card-foreground', className)} {...props} />
}

export type PanelProps = Omit<ComponentProps<'section'>, 'title'> & {
  title: ReactNode
  description?: ReactNode
  /** Controls at the right of the title. */
  actions?: ReactNode
  /** No padding around the content: tables, lists. */
  flush?: boolean
  /** Level of the title in the page's outline. */
  level?: 2 | 3
}

/** A card with a title. */
export function Panel({ title, description, actions, flush = false, level = 2, className, children, ...props }: PanelProps) {
  const Title = `h${level}` as const
  return (
    <section className={cn('flex min-h-0 min-w-0 flex-col overflow-hidden rounded-lg border bg-card text-card-foreground', className)} {...props}>
      <header className="flex min-h-10 shrink-0 items-center gap-3 border-b px-3 py-1.5">
        <div className="min-w-0 grow">
          <Title className="truncate text-sm font-semibold">{title}</Title>
          {description !== undefined && <p className="text-xs text-muted-foreground">{description}</p>}
        </div>
        {actions}
      </header>
      <div className={cn('min-h-0 grow', !flush && 'p-3')}>{children}</div>
    </section>
  )
}

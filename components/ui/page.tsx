import type { ReactNode } from 'react'
import { cn } from './cn'

export type PageProps = {
  title: ReactNode
  description?: ReactNode
  /** Buttons at the right of the title. */
  actions?: ReactNode
  width?: 'narrow' | 'wide' | 'full'
  children: ReactNode
}

const widths = { narrow: 'max-w-3xl', wide: 'max-w-6xl', full: 'max-w-none' }

/** A page that scrolls: its one `h1`, then its content. Canvas pages do without it. */
export function Page({ title, description, actions, width = 'wide', children }: PageProps) {
  return (
    <div className={cn('mx-auto flex w-full flex-col gap-4 px-4 py-5 md:px-6', widths[width])}>
      <header className="flex flex-wrap items-center gap-3">
        <div className="min-w-0 grow">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {description !== undefined && <p className="mt-0.5 text-muted-foreground">{description}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

import type { ComponentProps } from 'react'
import { cn } from './cn'

export type TableProps = ComponentProps<'table'> & {
  /** Name of the table; also of the region that scrolls where the window is narrow. */
  label: string
  /** Where the window is narrow each row is a card (globals.css); a table whose columns are to be compared stays one and scrolls. */
  cards?: boolean
}

/** Its parts name their roles, because browsers take them away from what is laid out as anything but a table. */
export function Table({ label, cards = true, className, ...props }: TableProps) {
  return (
    <div role="region" aria-label={label} tabIndex={0} className="relative w-full overflow-x-auto focus-visible:-outline-offset-2">
      <table role="table" aria-label={label} data-cards={cards || undefined} className={cn('w-full border-collapse text-left text-sm', className)} {...props} />
    </div>
  )
}

export function TableHeader({ className, ...props }: ComponentProps<'thead'>) {
  return <thead role="rowgroup" className={cn('bg-muted', className)} {...props} />
}

export function TableBody({ className, ...props }: ComponentProps<'tbody'>) {
  return <tbody role="rowgroup" className={cn('[&_tr:last-child]:border-0', className)} {...props} />
}

export function TableRow({ className, ...props }: ComponentProps<'tr'>) {
  return <tr role="row" className={cn('border-b transition-colors', className)} {...props} />
}

export function TableHead({ className, scope = 'col', ...props }: ComponentProps<'th'>) {
  return <th role={scope === 'row' ? 'rowheader' : 'columnheader'} scope={scope} className={cn('h-8 px-3 text-xs font-medium whitespace-nowrap text-muted-foreground', className)} {...props} />
}

export type TableCellProps = ComponentProps<'td'> & {
  /** Right-aligned, digits of one width. */
  numeric?: boolean
  /** Where the row is a card: at its upper left, as its heading, at its upper right, left out. The rest follows below. */
  card?: 'lead' | 'title' | 'corner' | 'none'
  /** Said above it where the row is a card and what it is does not speak for itself: the name of its column. */
  label?: string
}

export function TableCell({ className, numeric = false, card, label, ...props }: TableCellProps) {
  return <td role="cell" data-card={card} data-label={label} className={cn('h-9 px-3 py-1.5 align-middle', numeric && 'text-right tabular-nums', className)} {...props} />
}

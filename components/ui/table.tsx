import type { ComponentProps } from 'react'
import { cn } from './cn'

export type TableProps = ComponentProps<'table'> & {
  /** Name of the table; also of the region that scrolls where the window is narrow. */
  label: string
}

export function Table({ label, className, ...props }: TableProps) {
  return (
    <div role="region" aria-label={label} tabIndex={0} className="w-full overflow-x-auto focus-visible:-outline-offset-2">
      <table aria-label={label} className={cn('w-full border-collapse text-left text-sm', className)} {...props} />
    </div>
  )
}

export function TableHeader({ className, ...props }: ComponentProps<'thead'>) {
  return <thead className={cn('bg-muted', className)} {...props} />
}

export function TableBody({ className, ...props }: ComponentProps<'tbody'>) {
  return <tbody className={cn('[&_tr:last-child]:border-0', className)} {...props} />
}

export function TableRow({ className, ...props }: ComponentProps<'tr'>) {
  return <tr className={cn('border-b transition-colors', className)} {...props} />
}

export function TableHead({ className, scope = 'col', ...props }: ComponentProps<'th'>) {
  return <th scope={scope} className={cn('h-8 px-3 text-xs font-medium whitespace-nowrap text-muted-foreground', className)} {...props} />
}

/** `numeric`: right-aligned, digits of one width. */
export function TableCell({ className, numeric = false, ...props }: ComponentProps<'td'> & { numeric?: boolean }) {
  return <td className={cn('h-9 px-3 py-1.5 align-middle', numeric && 'text-right tabular-nums', className)} {...props} />
}

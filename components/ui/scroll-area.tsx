import type { ComponentProps } from 'react'
import { cn } from './cn'

export type ScrollAreaProps = ComponentProps<'div'> & { /** Its name; a region that scrolls must be reachable by keyboard. */ label: string }

/** The browser's own scrolling, thin bars: long lists stay cheap. */
export function ScrollArea({ label, className, ...props }: ScrollAreaProps) {
  return <div role="region" aria-label={label} tabIndex={0} className={cn('min-h-0 overflow-auto overscroll-contain focus-visible:-outline-offset-2', className)} {...props} />
}

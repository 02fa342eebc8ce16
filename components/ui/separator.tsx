import { cn } from './cn'

/** Decoration only; a screen reader passes over it. */
export function Separator({ vertical = false, className }: { vertical?: boolean; className?: string }) {
  return <div role="none" className={cn('shrink-0 bg-border', vertical ? 'mx-1 h-5 w-px' : 'h-px w-full', className)} />
}

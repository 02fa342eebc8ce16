import { cn } from './cn'

/** Holds the place of what is on its way; say that it loads elsewhere, with `Spinner` or `aria-busy`. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={cn('h-4 animate-pulse rounded-md bg-accent', className)} />
}

import type { ComponentProps } from 'react'
import { cn } from './cn'
import { toneStyle, type Tone } from './tone'

export type BadgeProps = ComponentProps<'span'> & {
  tone?: Tone
  /** A dot before the text, in its colour; the text still says it in words. */
  dot?: boolean
}

export function Badge({ tone = 'neutral', dot = false, className, children, ...props }: BadgeProps) {
  return (
    <span className={cn('inline-flex h-5 max-w-full shrink-0 items-center gap-1 rounded-full border px-1.5 text-2xs font-medium whitespace-nowrap [&_svg]:size-3 [&_svg]:shrink-0', toneStyle[tone], className)} {...props}>
      {dot && <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-current" />}
      {children}
    </span>
  )
}

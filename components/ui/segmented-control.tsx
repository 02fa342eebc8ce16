'use client'

import { RadioGroup as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './cn'

export type Segment<T extends string> = { value: T; label: string; icon?: ReactNode; disabled?: boolean; /** The language of the label, where it differs from the page's. */ lang?: string }

export type SegmentedControlProps<T extends string> = {
  label: string
  segments: readonly Segment<T>[]
  value: T | undefined
  onValueChange: (value: T) => void
  /** Icons alone; the labels stay as names. */
  iconOnly?: boolean
  size?: 'sm' | 'md'
  className?: string
}

/** One of a few; arrow keys move between them. */
export function SegmentedControl<T extends string>({ label, segments, value, onValueChange, iconOnly = false, size = 'md', className }: SegmentedControlProps<T>) {
  return (
    // Radix hands back one of the segments' values.
    <Radix.Root aria-label={label} orientation="horizontal" value={value ?? ''} onValueChange={(chosen) => onValueChange(chosen as T)} className={cn('inline-flex max-w-full shrink-0 rounded-md border bg-muted p-0.5', className)}>
      {segments.map((segment) => (
        <Radix.Item
          key={segment.value}
          value={segment.value}
          disabled={segment.disabled ?? false}
          lang={segment.lang}
          {...(iconOnly && { 'aria-label': segment.label, title: segment.label })}
          className={cn(
            'flex items-center justify-center gap-1.5 rounded-sm px-2 font-medium text-muted-foreground transition-colors hover:text-foreground disabled:opacity-55 data-[state=checked]:bg-card data-[state=checked]:text-foreground data-[state=checked]:ring-1 data-[state=checked]:ring-border-strong [&_svg]:size-4',
            size === 'sm' ? 'h-6 text-xs' : 'h-7 text-sm',
          )}
        >
          {segment.icon}
          {!iconOnly && segment.label}
        </Radix.Item>
      ))}
    </Radix.Root>
  )
}

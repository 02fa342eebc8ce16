'use client'

import { Check, Minus } from 'lucide-react'
import { Checkbox as Radix } from 'radix-ui'
import type { ComponentProps } from 'react'
import type { AccessibleName } from './accessible-name'
import { cn } from './cn'

export type CheckboxProps = Omit<ComponentProps<typeof Radix.Root>, 'children'> & AccessibleName

export function Checkbox({ className, ...props }: CheckboxProps) {
  return (
    <Radix.Root
      className={cn('group inline-flex size-4 shrink-0 items-center justify-center rounded-sm border border-input bg-card text-primary-foreground transition-colors disabled:cursor-not-allowed disabled:opacity-55 aria-invalid:border-destructive data-[state=checked]:border-primary data-[state=checked]:bg-primary data-[state=indeterminate]:border-primary data-[state=indeterminate]:bg-primary', className)}
      {...props}
    >
      <Radix.Indicator>
        <Check className="hidden size-3 group-data-[state=checked]:block" strokeWidth={3} />
        <Minus className="hidden size-3 group-data-[state=indeterminate]:block" strokeWidth={3} />
      </Radix.Indicator>
    </Radix.Root>
  )
}

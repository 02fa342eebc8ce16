'use client'

import { Switch as Radix } from 'radix-ui'
import type { ComponentProps } from 'react'
import type { AccessibleName } from './accessible-name'
import { cn } from './cn'

export type SwitchProps = Omit<ComponentProps<typeof Radix.Root>, 'children'> & AccessibleName

export function Switch({ className, ...props }: SwitchProps) {
  return (
    <Radix.Root className={cn('inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-input bg-muted p-0.5 transition-colors disabled:cursor-not-allowed disabled:opacity-55 data-[state=checked]:border-primary data-[state=checked]:bg-primary', className)} {...props}>
      <Radix.Thumb className="block size-3.5 rounded-full bg-muted-foreground transition-transform data-[state=checked]:translate-x-4 data-[state=checked]:bg-primary-foreground" />
    </Radix.Root>
  )
}

'use client'

import { Popover as Radix } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from './cn'
import { keepWhileComposing } from './keep-while-composing'

export const Popover = Radix.Root
export const PopoverTrigger = Radix.Trigger
export const PopoverClose = Radix.Close

export type PopoverContentProps = ComponentProps<typeof Radix.Content> & { /** Its name: it is a dialog to a screen reader. */ label: string }

export function PopoverContent({ label, className, sideOffset = 6, align = 'start', ...props }: PopoverContentProps) {
  return (
    <Radix.Portal>
      <Radix.Content
        aria-label={label}
        sideOffset={sideOffset}
        align={align}
        collisionPadding={8}
        onEscapeKeyDown={keepWhileComposing}
        className={cn('z-50 max-h-(--radix-popover-content-available-height) w-72 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-lg border bg-popover p-3 text-popover-foreground shadow-popover outline-none data-[state=open]:animate-in data-[state=open]:fade-in-0', className)}
        {...props}
      />
    </Radix.Portal>
  )
}

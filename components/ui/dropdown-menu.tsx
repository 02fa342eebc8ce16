'use client'

import { DropdownMenu as Radix } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'

export const DropdownMenu = Radix.Root
export const DropdownMenuTrigger = Radix.Trigger

const surface = 'z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-lg border bg-popover p-1 text-popover-foreground shadow-popover data-[state=open]:animate-in data-[state=open]:fade-in-0'
const row =
  'relative flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 text-sm outline-none select-none data-disabled:cursor-not-allowed data-disabled:text-muted-foreground data-highlighted:bg-accent [&_svg]:size-4 [&_svg]:shrink-0'

export function DropdownMenuContent({ className, sideOffset = 4, align = 'end', ...props }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content sideOffset={sideOffset} align={align} collisionPadding={8} className={cn(surface, className)} {...props} />
    </Radix.Portal>
  )
}

export type DropdownMenuItemProps = ComponentProps<typeof Radix.Item> & { tone?: 'plain' | 'danger'; shortcut?: ReactNode }

export function DropdownMenuItem({ className, tone = 'plain', shortcut, children, asChild = false, ...props }: DropdownMenuItemProps) {
  const classes = cn(row, tone === 'danger' && 'text-destructive', className)
  if (asChild)
    return (
      <Radix.Item asChild className={classes} {...props}>
        {children}
      </Radix.Item>
    )
  return (
    <Radix.Item className={classes} {...props}>
      {children}
      {shortcut !== undefined && <span className="ml-auto pl-4 font-mono text-2xs text-muted-foreground">{shortcut}</span>}
    </Radix.Item>
  )
}

export function DropdownMenuLabel({ className, ...props }: ComponentProps<typeof Radix.Label>) {
  return <Radix.Label className={cn('px-2 py-1 text-xs font-medium text-muted-foreground', className)} {...props} />
}

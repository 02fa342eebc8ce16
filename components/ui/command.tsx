'use client'

import { Command as Cmdk } from 'cmdk'
import { Search } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'
import { dialogStyle, overlayStyle } from './overlay-style'

/** A list that filters as one types. `label` names it. */
export function Command({ className, ...props }: ComponentProps<typeof Cmdk> & { label: string }) {
  return <Cmdk className={cn('flex min-h-0 flex-col overflow-hidden', className)} {...props} />
}

export type CommandDialogProps = { open: boolean; onOpenChange: (open: boolean) => void; label: string; children: ReactNode }

export function CommandDialog({ open, onOpenChange, label, children }: CommandDialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={overlayStyle} />
        <Radix.Content aria-describedby={undefined} className={cn(dialogStyle, 'top-[15vh] max-h-[70vh] max-w-lg translate-y-0')}>
          <Radix.Title className="sr-only">{label}</Radix.Title>
          <Command label={label}>{children}</Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

export function CommandInput({ className, ...props }: ComponentProps<typeof Cmdk.Input> & { placeholder: string }) {
  return (
    <div className="flex items-center gap-2 border-b px-3">
      <Search aria-hidden className="size-4 shrink-0 text-muted-foreground" />
      <Cmdk.Input className={cn('h-10 w-full bg-transparent text-sm outline-none placeholder:text-muted-foreground placeholder:opacity-100', className)} {...props} />
    </div>
  )
}

export function CommandList({ className, ...props }: ComponentProps<typeof Cmdk.List> & { label: string }) {
  return <Cmdk.List className={cn('max-h-80 min-h-0 overflow-y-auto p-1', className)} {...props} />
}

export function CommandEmpty({ className, ...props }: ComponentProps<typeof Cmdk.Empty>) {
  return <Cmdk.Empty className={cn('px-3 py-6 text-center text-sm text-muted-foreground', className)} {...props} />
}

export function CommandGroup({ className, ...props }: ComponentProps<typeof Cmdk.Group>) {
  return <Cmdk.Group className={cn('[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted-foreground', className)} {...props} />
}

export function CommandItem({ className, ...props }: ComponentProps<typeof Cmdk.Item>) {
  return (
    <Cmdk.Item
      className={cn('flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 text-sm select-none data-[disabled=true]:cursor-not-allowed data-[disabled=true]:text-muted-foreground data-[selected=true]:bg-accent [&_svg]:size-4 [&_svg]:shrink-0', className)}
      {...props}
    />
  )
}

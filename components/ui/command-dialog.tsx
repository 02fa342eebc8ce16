'use client'

import { Command } from 'cmdk'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './cn'
import { Kbd } from './kbd'
import { keepWhileComposing } from './keep-while-composing'
import { dialogStyle, overlayStyle } from './overlay-style'

export type CommandDialogProps = {
  /** Its name, and that of its field and its list, for screen readers. */
  label: string
  placeholder: string
  search: string
  onSearch: (search: string) => void
  onClose: () => void
  /** How many answers there are, in words; said after each change. */
  found: string
  children: ReactNode
}

/** A field and what answers to it, in groups, in the middle of the window. */
export function CommandDialog({ label, placeholder, search, onSearch, onClose, found, children }: CommandDialogProps) {
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={overlayStyle} />
        <Radix.Content
          aria-describedby={undefined} className={cn(dialogStyle, 'top-[12dvh] max-h-[70dvh] max-w-xl translate-y-0')}
          onEscapeKeyDown={keepWhileComposing}
        >
          <Radix.Title className="sr-only">{label}</Radix.Title>
          <CommandPanel label={label} placeholder={placeholder} search={search} onSearch={onSearch} found={found}>{children}</CommandPanel>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** A field and what answers to it. Filtering is the caller's: thousands of entries are not drawn to be hidden. */
export function CommandPanel({ label, placeholder, search, onSearch, found, children }: Omit<CommandDialogProps, 'onClose'>) {
  return (
    <>
      <Command label={label} shouldFilter={false} vimBindings={false} loop className="flex min-h-0 flex-col">
        <Command.Input value={search} onValueChange={onSearch} placeholder={placeholder} className="h-11 w-full shrink-0 rounded-t-xl border-b bg-transparent px-4 text-base outline-none placeholder:text-muted-foreground" />
        <Command.List label={label} className="min-h-0 overflow-y-auto p-1.5">{children}</Command.List>
      </Command>
      <p role="status" className="border-t px-4 py-1.5 text-2xs text-muted-foreground">{found}</p>
    </>
  )
}

export function CommandGroup({ heading, children }: { heading: string; children: ReactNode }) {
  return <Command.Group heading={heading} className="**:[[cmdk-group-heading]]:px-2 **:[[cmdk-group-heading]]:py-1 **:[[cmdk-group-heading]]:text-2xs **:[[cmdk-group-heading]]:font-medium **:[[cmdk-group-heading]]:text-muted-foreground">{children}</Command.Group>
}

export type CommandItemProps = { id: string; icon: ReactNode; title: string; detail?: string; shortcut?: string; /** Why it cannot be chosen; it is read, and Enter does nothing. */ refused?: string; onChoose: () => void }

export function CommandItem({ id, icon, title, detail, shortcut, refused, onChoose }: CommandItemProps) {
  return (
    // One that is refused stays within reach of the arrow keys: its reason has to be heard.
    <Command.Item value={id} onSelect={() => refused === undefined && onChoose()} className={cn("flex items-center gap-2 rounded-md px-2 py-1.5 text-sm data-[selected=true]:bg-accent [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-brand", refused === undefined ? 'cursor-pointer' : 'text-muted-foreground')}>
      {icon}
      <span className="min-w-0 grow"><span className="block truncate">{title}</span>{refused !== undefined && <span className="block text-2xs text-state-failed">{refused}</span>}</span>
      {detail !== undefined && <span className="max-w-1/2 truncate text-2xs text-muted-foreground">{detail}</span>}
      {shortcut !== undefined && <Kbd className="shrink-0">{shortcut}</Kbd>}
    </Command.Item>
  )
}

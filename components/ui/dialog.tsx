'use client'

import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { IconButton } from './icon-button'
import { cn } from './cn'
import { keepWhileComposing } from './keep-while-composing'
import { overlayStyle, dialogStyle } from './overlay-style'

export const Dialog = Radix.Root
export const DialogTrigger = Radix.Trigger

export type DialogContentProps = {
  title: ReactNode
  description?: ReactNode
  /** Name of the closing cross. Left out: no cross, where one of the footer's buttons has to be pressed. */
  closeLabel?: string
  /** Buttons at the lower end; the main one last. */
  footer?: ReactNode
  size?: 'sm' | 'md' | 'lg' | 'xl'
  className?: string
  children?: ReactNode
}

const widths = { sm: 'max-w-sm', md: 'max-w-lg', lg: 'max-w-2xl', xl: 'max-w-5xl' }

/**
 * A dialog that asks begins at its first field; every other, and where a finger would call up a keyboard over it, begins at itself,
 * so that it is read from its title on. Never at the cross: it is the first that takes focus, and would show its hint.
 */
function beginAtField(event: Event): void {
  const dialog = event.currentTarget as HTMLElement
  const field = dialog.querySelector<HTMLElement>('[data-body] :is(input:not([type=file], [type=hidden], [type=checkbox], [type=radio]), textarea):not(:disabled)')
  event.preventDefault()
  if (field && field.offsetParent !== null && window.matchMedia('(pointer: fine)').matches) field.focus()
  else dialog.focus()
}

/** Inside `<Dialog open onOpenChange>`. Its body scrolls, title and footer stay. */
export function DialogContent({ title, description, closeLabel, footer, size = 'md', className, children }: DialogContentProps) {
  return (
    <Radix.Portal>
      <Radix.Overlay className={overlayStyle} />
      <Radix.Content className={cn(dialogStyle, widths[size])} onOpenAutoFocus={beginAtField} onEscapeKeyDown={keepWhileComposing} {...(description === undefined && { 'aria-describedby': undefined })}>
        <header className="flex items-start gap-3 border-b px-4 py-3">
          <div className="min-w-0 grow">
            <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
            {description !== undefined && <Radix.Description className="mt-0.5 text-sm text-muted-foreground">{description}</Radix.Description>}
          </div>
          {closeLabel !== undefined && (
            <Radix.Close asChild>
              <IconButton label={closeLabel} size="sm" className="-mr-1">
                <X />
              </IconButton>
            </Radix.Close>
          )}
        </header>
        <div data-body className={cn('min-h-0 grow overflow-y-auto p-4', className)}>{children}</div>
        {footer !== undefined && <footer className="flex flex-wrap justify-end gap-2 border-t px-4 py-3">{footer}</footer>}
      </Radix.Content>
    </Radix.Portal>
  )
}

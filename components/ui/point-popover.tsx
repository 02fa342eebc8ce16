'use client'

import { Popover as Radix } from 'radix-ui'
import { useRef, type ReactNode } from 'react'
import { cn } from './cn'
import { keepWhileComposing } from './keep-while-composing'

/** A small window at a place on the screen, for what no button opened. Escape or a press elsewhere closes it. */
export function PointPopover({ at, label, onClose, onCloseAutoFocus, className, children }: { at: { x: number; y: number }; /** Its name: it is a dialog to a screen reader. */ label: string; onClose: () => void; onCloseAutoFocus?: (event: Event) => void; className?: string; children: ReactNode }) {
  const place = useRef({ getBoundingClientRect: () => new DOMRect(at.x, at.y, 0, 0) })
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Anchor virtualRef={place} />
      <Radix.Portal>
        <Radix.Content
          aria-label={label} sideOffset={4} align="start" collisionPadding={8} {...(onCloseAutoFocus && { onCloseAutoFocus })}
          onEscapeKeyDown={keepWhileComposing}
          className={cn('z-50 flex max-h-(--radix-popover-content-available-height) w-72 max-w-[calc(100vw-1rem)] flex-col overflow-hidden rounded-lg border bg-popover text-popover-foreground shadow-popover outline-none data-[state=open]:animate-in data-[state=open]:fade-in-0', className)}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

'use client'

import { AlertDialog as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { Button } from './button'
import { cn } from './cn'
import { dialogStyle, overlayStyle } from './overlay-style'

export type AlertDialogProps = {
  title: ReactNode
  /** What happens, and whether it can be undone. */
  description: ReactNode
  confirmLabel: string
  cancelLabel: string
  onConfirm: () => void
  tone?: 'danger' | 'primary'
  /** Opens it; leave out and give `open` where code opens it. */
  trigger?: ReactElement
  open?: boolean
  onOpenChange?: (open: boolean) => void
}

/** A question before something that cannot easily be undone; "cancel" has the focus. */
export function AlertDialog({ title, description, confirmLabel, cancelLabel, onConfirm, tone = 'danger', trigger, ...root }: AlertDialogProps) {
  return (
    <Radix.Root {...root}>
      {trigger && <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
      <Radix.Portal>
        <Radix.Overlay className={overlayStyle} />
        <Radix.Content className={cn(dialogStyle, 'max-w-sm p-4')}>
          <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
          <Radix.Description className="mt-1 text-sm text-muted-foreground">{description}</Radix.Description>
          <div className="mt-4 flex flex-wrap justify-end gap-2">
            <Radix.Cancel asChild>
              <Button>{cancelLabel}</Button>
            </Radix.Cancel>
            <Radix.Action asChild>
              <Button variant={tone} onClick={onConfirm}>
                {confirmLabel}
              </Button>
            </Radix.Action>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

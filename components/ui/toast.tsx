'use client'

import { Toaster as Sonner } from 'sonner'

export type ToasterProps = { theme: 'light' | 'dark' | 'system'; /** Name of the place where toasts appear. */ label: string; closeLabel: string }

/** Once, near the root. */
export function Toaster({ theme, label, closeLabel }: ToasterProps) {
  return (
    <Sonner
      theme={theme}
      containerAriaLabel={label}
      position="bottom-right"
      closeButton
      toastOptions={{
        closeButtonAriaLabel: closeLabel,
        classNames: {
          toast: 'font-sans! text-sm! rounded-lg! border-border! bg-popover! text-popover-foreground! shadow-popover!',
          description: 'text-muted-foreground!',
          error: '[&_[data-icon]]:text-state-failed',
          success: '[&_[data-icon]]:text-state-completed',
        },
      }}
    />
  )
}

'use client'

import { Tooltip as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { Kbd } from './kbd'

export type TooltipProps = {
  content: ReactNode
  /** The one thing it explains; must take a ref and be focusable. */
  children: ReactElement
  shortcut?: ReactNode
  side?: 'top' | 'right' | 'bottom' | 'left' | undefined
}

/** Never the only place of something a person needs: touch screens do not show it. */
export function Tooltip({ content, children, shortcut, side = 'bottom' }: TooltipProps) {
  return (
    <Radix.Root>
      {/* Focus that comes back to a button when a dialog closes is no question about the button. */}
      <Radix.Trigger asChild onFocus={(event) => !event.currentTarget.matches(':focus-visible') && event.preventDefault()}>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 flex max-w-72 items-center gap-2 rounded-md bg-foreground px-2 py-1 text-xs text-background data-[state=delayed-open]:animate-in data-[state=delayed-open]:fade-in-0"
        >
          {content}
          {shortcut !== undefined && <Kbd className="border-background/30 bg-transparent text-background">{shortcut}</Kbd>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={350} skipDelayDuration={150}>
      {children}
    </Radix.Provider>
  )
}

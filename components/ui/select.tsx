'use client'

import { Check, ChevronDown } from 'lucide-react'
import { Select as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import type { AccessibleName } from './accessible-name'
import { cn } from './cn'
import { fieldStyle } from './field-style'

export type SelectOption<T extends string = string> = { value: T; label: string; description?: string; icon?: ReactNode; disabled?: boolean }

/** No option's `value` may be empty: an empty `value` means none chosen, and shows the placeholder. */
export type SelectProps<T extends string = string> = AccessibleName & {
  options: readonly SelectOption<T>[]
  value: T | undefined
  onValueChange: (value: T) => void
  placeholder?: string
  disabled?: boolean
  size?: 'sm' | 'md'
  className?: string
  'aria-describedby'?: string
  'aria-invalid'?: true
  'aria-required'?: true
}

export function Select<T extends string>({ options, value, onValueChange, placeholder, disabled = false, size = 'md', className, ...name }: SelectProps<T>) {
  return (
    // Radix hands back one of the options' values. A button counts as read-only to the style of fields, and is not.
    <Radix.Root value={value ?? ''} onValueChange={(chosen) => onValueChange(chosen as T)} disabled={disabled}>
      <Radix.Trigger className={cn(fieldStyle, 'flex items-center justify-between gap-2 text-left read-only:bg-card data-placeholder:text-muted-foreground', size === 'sm' ? 'h-7 text-xs' : 'h-8', className)} {...name}>
        <span className="truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <Radix.Icon asChild>
          <ChevronDown className="size-4 shrink-0 text-muted-foreground" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content position="popper" sideOffset={4} collisionPadding={8} className="z-50 max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) overflow-hidden rounded-lg border bg-popover shadow-popover data-[state=open]:animate-in data-[state=open]:fade-in-0">
          <Radix.Viewport className="p-1">
            {options.map((option) => (
              <Option key={option.value} {...option} />
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function Option({ value, label, description, icon, disabled = false }: SelectOption) {
  return (
    <Radix.Item value={value} disabled={disabled} className="relative flex cursor-pointer items-center gap-2 rounded-md py-1.5 pr-8 pl-2 text-sm outline-none select-none data-disabled:cursor-not-allowed data-disabled:text-muted-foreground data-highlighted:bg-accent">
      {icon}
      <span className="min-w-0">
        <Radix.ItemText>{label}</Radix.ItemText>
        {description !== undefined && <span className="block text-xs text-muted-foreground">{description}</span>}
      </span>
      <Radix.ItemIndicator className="absolute right-2">
        <Check className="size-4 text-brand" />
      </Radix.ItemIndicator>
    </Radix.Item>
  )
}

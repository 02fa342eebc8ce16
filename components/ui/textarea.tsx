import type { ComponentProps } from 'react'
import type { AccessibleName } from './accessible-name'
import { cn } from './cn'
import { fieldStyle } from './field-style'

/** `mono`: for code, JSON and templates. */
export type TextareaProps = ComponentProps<'textarea'> & AccessibleName & { mono?: boolean }

export function Textarea({ className, mono = false, rows = 4, ...props }: TextareaProps) {
  return <textarea rows={rows} spellCheck={!mono} className={cn(fieldStyle, 'block resize-y py-1.5', mono && 'font-mono text-xs leading-5', className)} {...props} />
}

import type { ComponentProps } from 'react'
import type { AccessibleName } from './accessible-name'
import { cn } from './cn'
import { fieldStyle } from './field-style'

export type InputProps = ComponentProps<'input'> & AccessibleName

export function Input({ className, type = 'text', ...props }: InputProps) {
  return <input type={type} className={cn(fieldStyle, 'h-8', className)} {...props} />
}

import type { ComponentProps } from 'react'
import { cn } from './cn'

export type LabelProps = ComponentProps<'label'> & { htmlFor: string }

export function Label({ className, ...props }: LabelProps) {
  return <label className={cn('text-xs font-medium text-foreground', className)} {...props} />
}

'use client'

import { useId, type ReactNode } from 'react'
import { cn } from './cn'
import { Label } from './label'

/** To be spread on the control that the field holds. */
export type FieldControl = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true; 'aria-required'?: true }

export type FieldProps = {
  label: string
  /** What to enter, in units or an example. */
  hint?: ReactNode
  /** What is wrong with it; shown in place of the hint. */
  error?: ReactNode
  required?: boolean
  /** Control beside the label instead of below, for switches. */
  inline?: boolean
  className?: string
  children: (control: FieldControl) => ReactNode
}

/** A control with its label, hint and error, wired for screen readers. */
export function Field({ label, hint, error, required = false, inline = false, className, children }: FieldProps) {
  const id = useId()
  const note = error ?? hint
  const hasNote = note !== undefined && note !== null && note !== ''
  const control: FieldControl = {
    id,
    ...(hasNote && { 'aria-describedby': `${id}-note` }),
    ...(error !== undefined && error !== null && error !== '' && { 'aria-invalid': true }),
    ...(required && { 'aria-required': true }),
  }
  return (
    <div className={cn('flex min-w-0 flex-col gap-1', className)}>
      <div className={cn('flex gap-1', inline ? 'items-center justify-between gap-3' : 'flex-col')}>
        <Label id={`${id}-label`} htmlFor={id}>
          {label}
          {required && (
            <span aria-hidden className="text-destructive">
              {' *'}
            </span>
          )}
        </Label>
        {children(control)}
      </div>
      {hasNote && (
        <p id={`${id}-note`} className={cn('text-xs', control['aria-invalid'] ? 'text-destructive' : 'text-muted-foreground')}>
          {note}
        </p>
      )}
    </div>
  )
}

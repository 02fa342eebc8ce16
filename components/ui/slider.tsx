'use client'

import { Slider as Radix } from 'radix-ui'
import { cn } from './cn'

export type SliderProps = {
  /** Name of the thumb. */
  label: string
  value: number
  onValueChange: (value: number) => void
  /** Once, when the hand lets go. */
  onValueCommit?: (value: number) => void
  min: number
  max: number
  step?: number
  /** The value in words, as a screen reader should say it ("3.2 s"). */
  valueText?: string
  disabled?: boolean
  className?: string
}

export function Slider({ label, value, onValueChange, onValueCommit, min, max, step = 1, valueText, disabled = false, className }: SliderProps) {
  const first = (use: (value: number) => void) => (values: number[]) => values[0] !== undefined && use(values[0])
  return (
    <Radix.Root
      value={[value]}
      onValueChange={first(onValueChange)}
      {...(onValueCommit && { onValueCommit: first(onValueCommit) })}
      min={min}
      max={max}
      step={step}
      disabled={disabled}
      className={cn('relative flex h-5 w-full touch-none items-center select-none data-disabled:opacity-55', className)}
    >
      <Radix.Track className="relative h-1 grow overflow-hidden rounded-full bg-border-strong">
        <Radix.Range className="absolute h-full bg-primary" />
      </Radix.Track>
      <Radix.Thumb aria-label={label} {...(valueText !== undefined && { 'aria-valuetext': valueText })} className="block size-3.5 rounded-full border-2 border-primary bg-card" />
    </Radix.Root>
  )
}

import { cva, type VariantProps } from 'class-variance-authority'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from './cn'

export const buttonStyle = cva(
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border border-transparent font-medium whitespace-nowrap transition-colors select-none disabled:pointer-events-none disabled:opacity-55 aria-disabled:pointer-events-none aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-primary text-primary-foreground hover:bg-primary-hover',
        secondary: 'border-border-strong bg-card text-foreground hover:bg-accent data-[state=open]:bg-accent',
        ghost: 'text-foreground hover:bg-accent data-[state=open]:bg-accent',
        danger: 'bg-destructive text-destructive-foreground hover:bg-destructive-hover',
        link: 'h-auto! px-0! text-brand underline underline-offset-2 hover:no-underline',
      },
      size: {
        sm: 'h-7 px-2 text-xs',
        md: 'h-8 px-3 text-sm',
        lg: 'h-9 px-4 text-sm',
      },
    },
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
)

export type ButtonStyle = VariantProps<typeof buttonStyle>
export type ButtonProps = ComponentProps<'button'> &
  ButtonStyle & {
    /** Gives its look to the one child, such as a link. */
    asChild?: boolean
    /** Work goes on: shown as busy, cannot be pressed again; keeps its place in the tab order. */
    busy?: boolean
  }

export function Button({ variant, size, asChild = false, busy = false, className, type, onClick, ...props }: ButtonProps) {
  const classes = cn(buttonStyle({ variant, size }), className)
  if (asChild) return <Slot.Root className={classes} onClick={onClick} {...props} />
  return (
    <button
      type={type ?? 'button'}
      className={classes}
      onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
      {...(busy && { 'aria-busy': true, 'aria-disabled': true })}
      {...props}
    />
  )
}

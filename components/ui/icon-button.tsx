'use client'

import type { ReactNode } from 'react'
import { Button, type ButtonProps } from './button'
import { cn } from './cn'
import { Tooltip } from './tooltip'

export type IconButtonProps = Omit<ButtonProps, 'children' | 'aria-label' | 'asChild'> & {
  /** Its name, for screen readers and as tooltip. */
  label: string
  /** The icon, nothing else. */
  children: ReactNode
  tooltipSide?: 'top' | 'right' | 'bottom' | 'left'
  /** A shortcut shown beside the name. */
  shortcut?: ReactNode
}

const squares = { sm: 'size-7', md: 'size-8', lg: 'size-9' }

export function IconButton({ label, children, tooltipSide, shortcut, variant = 'ghost', size, className, ...props }: IconButtonProps) {
  return (
    <Tooltip content={label} shortcut={shortcut} side={tooltipSide}>
      <Button aria-label={label} variant={variant} size={size} className={cn(squares[size ?? 'md'], 'px-0', className)} {...props}>
        {children}
      </Button>
    </Tooltip>
  )
}

'use client'

import { Tabs as Radix } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from './cn'

export function Tabs({ className, ...props }: ComponentProps<typeof Radix.Root>) {
  return <Radix.Root className={cn('flex min-h-0 flex-col', className)} {...props} />
}

export type TabsListProps = ComponentProps<typeof Radix.List> & { label: string }

export function TabsList({ label, className, ...props }: TabsListProps) {
  return <Radix.List aria-label={label} className={cn('flex shrink-0 gap-4 overflow-x-auto border-b px-3', className)} {...props} />
}

export function TabsTrigger({ className, ...props }: ComponentProps<typeof Radix.Trigger>) {
  return (
    <Radix.Trigger
      className={cn('-mb-px flex h-9 shrink-0 items-center gap-1.5 border-b-2 border-transparent text-sm text-muted-foreground transition-colors hover:text-foreground focus-visible:-outline-offset-2 disabled:opacity-55 data-[state=active]:border-brand data-[state=active]:font-medium data-[state=active]:text-foreground [&_svg]:size-4', className)}
      {...props}
    />
  )
}

export function TabsContent({ className, ...props }: ComponentProps<typeof Radix.Content>) {
  return <Radix.Content className={cn('min-h-0 grow focus-visible:-outline-offset-2', className)} {...props} />
}

'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import type { EpochMs } from '@/domain/json'
import type { Route } from '@/domain/run/run-event'
import { cn } from '@/components/ui/cn'

/** The instance that served a call, on the fleet page, with the second in which it did. */
export function InstanceLink({ route, at, className, tabIndex }: { route: Route; at: EpochMs; className?: string; tabIndex?: number }) {
  const t = useTranslations('run')
  const name = route.chosen ?? hostOf(route.instance)
  const query = new URLSearchParams({ instance: route.instance, at: new Date(at).toISOString() })
  return (
    <Link href={`/fleet?${query.toString()}`} title={route.instance} tabIndex={tabIndex} className={cn('underline underline-offset-2', className)}>
      {route.simulated ? t('simulatedInstance', { instance: name }) : name}
    </Link>
  )
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

'use client'

import { MapPin } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import type { InstanceView } from '@/domain/route/fleet-view'
import { formatMoment } from '@/domain/metric/figures'
import { Notice } from '@/components/ui/notice'
import type { AskedCall } from './call-address'

/** Says which call the reader came from: the charts show its moment, the cards what is now. */
export function AskedCallNotice({ call, instances }: { call: AskedCall; instances: readonly InstanceView[] }) {
  const t = useTranslations('fleet.call')
  const locale = useLocale()
  const there = instances.some((instance) => isAsked(instance, call))
  return <Notice tone={there ? 'info' : 'warning'} icon={<MapPin aria-hidden />} title={t(there ? 'title' : 'gone', { instance: call.instance })}>{t('body', { at: formatMoment(call.at, locale) })}</Notice>
}

export function isAsked(instance: InstanceView, call: AskedCall | undefined): boolean {
  return call !== undefined && (instance.url === call.instance || instance.id === call.instance)
}

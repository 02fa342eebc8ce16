'use client'

import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { formatMoment } from '@/domain/metric/figures'
import type { DeliveryBody, HookBody } from '@/wire/triggers'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Skeleton } from '@/components/ui/skeleton'
import { useDeliveries } from './trigger-queries'

/** The newest calls of a webhook, and how they were answered. */
export function DeliveryList({ workflowId, hook }: { workflowId: string; hook: HookBody }) {
  const t = useTranslations('triggers.hook')
  const { data, error, isPending } = useDeliveries(workflowId, hook.id)
  if (error) return <ProblemNotice problem={asProblem(error)} />
  if (isPending) return <Skeleton className="h-12" />
  if (data.length === 0) return <p className="text-xs text-muted-foreground">{t('noDeliveries')}</p>
  return (
    <ol aria-label={t('deliveries', { name: hook.name })} tabIndex={0} className="max-h-48 space-y-1 overflow-y-auto border-t pt-2 text-xs">
      {data.map((delivery) => (
        <li key={delivery.id}>
          <DeliveryLine delivery={delivery} />
          {delivery.deliveryId !== null && <span className="ml-2 font-mono break-all text-muted-foreground">{delivery.deliveryId}</span>}
        </li>
      ))}
    </ol>
  )
}

export function DeliveryLine({ delivery }: { delivery: DeliveryBody }) {
  const t = useTranslations('triggers.hook')
  const locale = useLocale()
  const { runId, status, code, message } = delivery
  return (
    <>
      <span className="tabular-nums">{formatMoment(Date.parse(delivery.receivedAt), locale)}</span>{' · '}
      {runId !== null && <Link href={`/runs/${runId}`} className="text-brand underline underline-offset-2">{t(code === 'DUPLICATE' ? 'duplicate' : 'accepted')}</Link>}
      {runId === null && <span className="text-state-failed">{t('refused', { status, message: message ?? code ?? '' })}</span>}
    </>
  )
}

'use client'

import { BellOff, Check, CircleCheck } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { formatMoment } from '@/domain/metric/figures'
import type { AlertBody } from '@/wire/alerts'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Skeleton } from '@/components/ui/skeleton'
import { AlertStatusBadge, SeverityBadge } from './alert-badges'
import { useAcknowledge, useRules } from './alert-queries'
import { useAlertWords } from './alert-words'
import { CaseLink } from './case-link'
import { refused } from './refused'
import { SilenceMenu } from './silence-menu'

const ORDER: Record<AlertBody['status'], number> = { firing: 0, recovering: 1, pending: 2, 'no-data': 3, ok: 4, resolved: 4 }
const WEIGHT: Record<AlertBody['severity'], number> = { critical: 0, warning: 1, info: 2 }

/** All that is not well now, what needs a person first. */
export function OpenAlertsPanel({ open }: { open: readonly AlertBody[] | undefined }) {
  const t = useTranslations('alerts')
  const sorted = open?.toSorted((a, b) => ORDER[a.status] - ORDER[b.status] || WEIGHT[a.severity] - WEIGHT[b.severity] || (a.id < b.id ? 1 : -1))
  return (
    <Panel title={t('now')} description={t('nowHint')} flush aria-busy={!open}>
      {!sorted && <div className="p-3"><Skeleton className="h-16" /></div>}
      {sorted?.length === 0 && <EmptyState icon={<CircleCheck />} title={t('allWell')} description={t('allWellHint')} />}
      {sorted && sorted.length > 0 && <ul aria-label={t('now')}>{sorted.map((alert) => <OpenAlert key={alert.id} alert={alert} />)}</ul>}
    </Panel>
  )
}

function OpenAlert({ alert }: { alert: AlertBody }) {
  const t = useTranslations('alerts')
  const locale = useLocale()
  const words = useAlertWords()
  const acknowledge = useAcknowledge()
  const rule = useRules().data?.items.find((one) => one.id === alert.ruleId)
  const name = words.ruleName(alert.ruleId, alert.ruleName)
  const subject = words.subject(alert.subject, alert.example)
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-3 py-2 last:border-0" data-alert={alert.subject}>
      <div className="min-w-60 grow">
        <p className="flex flex-wrap items-center gap-1.5">
          <AlertStatusBadge status={alert.status} /><SeverityBadge severity={alert.severity} />
          <span className="min-w-0 font-medium break-words">{name}</span>
        </p>
        <p className="mt-1 text-sm text-muted-foreground">
          <Link href={placeOf(alert)} title={alert.subject} className="font-medium text-foreground hover:underline">{subject}</Link>{' · '}
          {alert.status === 'no-data' ? t('noValue') : t('valueNow', { value: words.value(alert.value, alert.unit) })}{rule && <>{' · '}{words.condition(rule)}</>}
        </p>
        <p className="mt-0.5 flex flex-wrap items-center gap-1.5 text-xs text-muted-foreground">
          <span>{t('since', { moment: formatMoment(Date.parse(alert.since), locale) })}</span>
          {alert.example && <CaseLink example={alert.example} />}
          {alert.acknowledgedAt !== null && <Badge tone="info"><Check aria-hidden />{t('acknowledged', { moment: formatMoment(Date.parse(alert.acknowledgedAt), locale) })}</Badge>}
          {alert.silencedUntil !== null && <Badge><BellOff aria-hidden />{t('silencedUntil', { moment: formatMoment(Date.parse(alert.silencedUntil), locale) })}</Badge>}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        {alert.firedAt !== null && alert.acknowledgedAt === null && <Button size="sm" busy={acknowledge.isPending} aria-label={t('acknowledgeThis', { name, subject })} onClick={() => acknowledge.mutate(alert.id, { onError: refused })}><Check aria-hidden /> {t('acknowledge')}</Button>}
        {alert.silencedUntil === null && <SilenceMenu ruleId={alert.ruleId} subject={alert.subject} label={t('silenceThis', { name, subject })} />}
      </div>
    </li>
  )
}

/** Where the cause is looked for. */
function placeOf({ workflowId }: AlertBody): string {
  return workflowId === undefined ? '/fleet' : `/runs?workflowId=${encodeURIComponent(workflowId)}`
}

'use client'

import { BellOff, Check, CircleCheck } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { formatMoment } from '@/domain/metric/figures'
import type { AlertBody } from '@/wire/alerts'
import { useRefused } from '@/components/live/problem-words'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Skeleton } from '@/components/ui/skeleton'
import { AlertStatusBadge, SeverityBadge } from './alert-badges'
import { useAcknowledge, useAcknowledgeAll, useRules } from './alert-queries'
import { useAlertWords } from './alert-words'
import { CaseLink } from './case-link'
import { groupAlerts, isUnseen } from './group-alerts'
import { SilenceMenu } from './silence-menu'

/** As many of a rule are shown at first: a rule of which everything is wrong leaves room for the others. */
const FIRST = 3

/** All that is not well now, what needs a person first. */
export function OpenAlertsPanel({ open }: { open: readonly AlertBody[] | undefined }) {
  const t = useTranslations('alerts')
  return (
    <Panel title={t('now')} description={t('nowHint')} flush aria-busy={!open}>
      {!open && <div className="p-3"><Skeleton className="h-16" /></div>}
      {open?.length === 0 && <EmptyState icon={<CircleCheck />} title={t('allWell')} description={t('allWellHint')} />}
      {open && open.length > 0 && <ul aria-label={t('now')}>{groupAlerts(open).map((group) => (group.length > FIRST ? <AlertGroup key={group[0]?.ruleId} alerts={group} /> : group.map((alert) => <OpenAlert key={alert.id} alert={alert} />)))}</ul>}
    </Panel>
  )
}

/** Many alerts of one rule: what is done about all of them, the first few, and the others where somebody wants them. */
function AlertGroup({ alerts }: { alerts: readonly AlertBody[] }) {
  const refused = useRefused()
  const t = useTranslations('alerts')
  const words = useAlertWords()
  const acknowledge = useAcknowledgeAll()
  const [whole, setWhole] = useState(false)
  const { ruleId = '', ruleName = '' } = alerts[0] ?? {}
  const name = words.ruleName(ruleId, ruleName)
  const unseen = alerts.filter(isUnseen)
  const rest = alerts.length - FIRST
  return (
    <li className="border-b last:border-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b bg-muted px-3 py-2">
        <p className="min-w-40 grow text-sm font-medium">{t('group', { name, count: alerts.length })}</p>
        <div className="flex flex-wrap gap-2">
          {unseen.length > 0 && <Button size="sm" busy={acknowledge.isPending} aria-label={t('acknowledgeAllOf', { name, count: unseen.length })} onClick={() => acknowledge.mutate(unseen.map(({ id }) => id), { onError: refused })}><Check aria-hidden /> {t('acknowledgeAll', { count: unseen.length })}</Button>}
          <SilenceMenu ruleId={ruleId} label={t('silenceRule', { name })} />
        </div>
      </div>
      <ul aria-label={name}>{(whole ? alerts : alerts.slice(0, FIRST)).map((alert) => <OpenAlert key={alert.id} alert={alert} />)}</ul>
      <div className="border-t p-2 text-center"><Button size="sm" variant="ghost" aria-expanded={whole} onClick={() => setWhole(!whole)}>{whole ? t('showFewer') : t('showRest', { count: rest })}</Button></div>
    </li>
  )
}

function OpenAlert({ alert }: { alert: AlertBody }) {
  const refused = useRefused()
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
        {isUnseen(alert) && <Button size="sm" busy={acknowledge.isPending} aria-label={t('acknowledgeThis', { name, subject })} onClick={() => acknowledge.mutate(alert.id, { onError: refused })}><Check aria-hidden /> {t('acknowledge')}</Button>}
        {alert.silencedUntil === null && <SilenceMenu ruleId={alert.ruleId} subject={alert.subject} label={t('silenceThis', { name, subject })} />}
      </div>
    </li>
  )
}

/** Where the cause is looked for. */
function placeOf({ workflowId }: AlertBody): string {
  return workflowId === undefined ? '/fleet' : `/runs?workflowId=${encodeURIComponent(workflowId)}`
}

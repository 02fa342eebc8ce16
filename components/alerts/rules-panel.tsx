'use client'

import { BellRing, Pencil, Trash2, TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { AlertBody, RuleBody } from '@/wire/alerts'
import { asProblem } from '@/components/live/problem-error'
import { useRefused } from '@/components/live/problem-words'
import { ProblemNotice } from '@/components/live/problem-notice'
import { isFiring } from '@/components/live/use-open-alerts'
import { AlertDialog } from '@/components/ui/alert-dialog'
import { Badge } from '@/components/ui/badge'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { IconButton } from '@/components/ui/icon-button'
import { Skeleton } from '@/components/ui/skeleton'
import { Switch } from '@/components/ui/switch'
import { SeverityBadge } from './alert-badges'
import { useRemoveRule, useRules, useSaveRule } from './alert-queries'
import { useAlertWords } from './alert-words'
import { draftOf, fieldsOf } from './rule-fields'
import { SilenceMenu } from './silence-menu'

export function RulesPanel({ open, onEdit }: { open: readonly AlertBody[]; onEdit: (rule: RuleBody) => void }) {
  const t = useTranslations('alerts')
  const { data, error, isPending, refetch } = useRules()
  return (
    <Panel title={t('rules')} description={t('rulesHint')} flush aria-busy={isPending}>
      {error && <div className="p-3"><ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} /></div>}
      {isPending && <div className="p-3"><Skeleton className="h-24" /></div>}
      {data?.items.length === 0 && <EmptyState icon={<BellRing />} title={t('noRules')} description={t('noRulesHint')} />}
      {data && data.items.length > 0 && <ul aria-label={t('rules')}>{data.items.map((rule) => <Rule key={rule.id} rule={rule} firing={open.filter((alert) => alert.ruleId === rule.id && isFiring(alert)).length} onEdit={() => onEdit(rule)} />)}</ul>}
    </Panel>
  )
}

function Rule({ rule, firing, onEdit }: { rule: RuleBody; firing: number; onEdit: () => void }) {
  const refused = useRefused()
  const t = useTranslations('alerts')
  const common = useTranslations('common')
  const words = useAlertWords()
  const save = useSaveRule()
  const remove = useRemoveRule()
  const name = words.ruleName(rule.id, rule.name)
  const only = rule.filter.workflowId === undefined ? rule.filter.nodeId : words.subject([rule.filter.workflowId, rule.filter.nodeId].filter((part) => part !== undefined).join('/'))
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-3 py-2 last:border-0" data-rule={rule.id}>
      <div className="flex min-w-0 grow basis-64 items-start gap-3">
        <Switch checked={rule.enabled} disabled={save.isPending} aria-label={t('switchRule', { name })} onCheckedChange={(enabled) => save.mutate({ id: rule.id, draft: { ...draftOf(fieldsOf(rule)), enabled } }, { onError: refused })} />
        <div className={cn('min-w-0 grow', !rule.enabled && 'text-muted-foreground')}>
          <p className="flex flex-wrap items-center gap-1.5">
            <span className="min-w-0 font-medium break-words">{name}</span><SeverityBadge severity={rule.severity} />
            {firing > 0 && <Badge tone="danger" dot>{t('firing', { count: firing })}</Badge>}{!rule.enabled && <Badge>{t('off')}</Badge>}
          </p>
          <p className="mt-0.5 text-sm text-muted-foreground">{words.condition(rule)}{only !== undefined && ` · ${t('only', { what: only })}`}</p>
          <Deliveries rule={rule} />
        </div>
      </div>
      <div className="flex items-center gap-1">
        <SilenceMenu ruleId={rule.id} label={t('silenceRule', { name })} />
        <IconButton label={t('editRule', { name })} onClick={onEdit}><Pencil aria-hidden /></IconButton>
        <AlertDialog
          title={t('removeTitle', { name })} description={t('removeHint')} confirmLabel={common('delete')} cancelLabel={common('cancel')} onConfirm={() => remove.mutate(rule.id, { onError: refused })}
          trigger={<IconButton label={t('removeRule', { name })}><Trash2 aria-hidden /></IconButton>}
        />
      </div>
    </li>
  )
}

/** Who is told, and where telling them went wrong. */
function Deliveries({ rule: { delivery } }: { rule: RuleBody }) {
  const t = useTranslations('alerts.delivery')
  if (delivery.length === 0) return <p className="text-xs text-muted-foreground">{t('none')}</p>
  return (
    <ul className="mt-0.5 text-xs text-muted-foreground">
      {delivery.map(({ kind, url, last }) => (
        <li key={url} className="break-all">
          {t(kind)} {hostOf(url)}
          {last?.error != null && <span className="ml-1 inline-flex items-start gap-1 text-state-failed"><TriangleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />{t(last.final ? 'failed' : 'retrying', { error: last.error, attempts: last.attempts })}</span>}
          {last !== null && last.error === null && <span className="ml-1">{t('delivered')}</span>}
        </li>
      ))}
    </ul>
  )
}

/** The rest of such an address is as good as a password. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}

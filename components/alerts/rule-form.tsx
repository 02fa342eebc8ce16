'use client'

import { useTranslations } from 'next-intl'
import { isLookedUp, METRIC_IDS, metricOf } from '@/domain/alert/metric-catalogue'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import { useNodes, useWorkflowNames } from './alert-queries'
import { useAlertWords } from './alert-words'
import { withMetric, type RuleFields } from './rule-fields'

const ALL = 'all'
const WINDOWS_MS = [60_000, 300_000, 900_000, 3_600_000, 6 * 3_600_000, 86_400_000]
const WAITS_MS = [0, 30_000, 60_000, 300_000, 900_000, 3_600_000]
const SEVERITIES = ['info', 'warning', 'critical'] as const
const NO_DATA = ['keep', 'ok', 'show', 'breach'] as const

type FormProps = { fields: RuleFields; problems: ReadonlySet<string>; onChange: (fields: RuleFields) => void }

export function RuleForm({ fields, problems, onChange }: FormProps) {
  const t = useTranslations('alerts.form')
  const alerts = useTranslations('alerts')
  const set = (change: Partial<RuleFields>) => onChange({ ...fields, ...change })
  const { unit } = metricOf(fields.metric)
  return (
    <>
      <Field label={t('name')} required {...(problems.has('name') && { error: t('nameMissing') })}>{(control) => <Input {...control} value={fields.name} maxLength={120} onChange={(event) => set({ name: event.target.value })} />}</Field>
      <Field label={t('metric')} hint={alerts(`metricHint.${fields.metric}`)}>
        {(control) => <Select {...control} value={fields.metric} onValueChange={(metric) => onChange(withMetric(fields, metric))} options={METRIC_IDS.map((value) => ({ value, label: alerts(`metric.${value}`) }))} />}
      </Field>
      <Filters fields={fields} set={set} />
      <div className="grid gap-3 sm:grid-cols-3">
        <Field label={t('is')}>{(control) => <Select {...control} value={fields.is} onValueChange={(is) => set({ is })} options={(['above', 'below'] as const).map((value) => ({ value, label: alerts(`is.${value}`) }))} />}</Field>
        <Field label={t(`threshold.${unit}`)} required {...(problems.has('threshold') && { error: t('notNumber') })}>{(control) => <Input {...control} inputMode="decimal" value={fields.threshold} onChange={(event) => set({ threshold: event.target.value })} />}</Field>
        <Duration label={t('window')} value={fields.windowMs} choices={WINDOWS_MS} onChange={(windowMs) => set({ windowMs })} />
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <Duration label={t('for')} hint={t('forHint')} value={fields.forMs} choices={WAITS_MS} onChange={(forMs) => set({ forMs })} />
        <Duration label={t('keepFiring')} hint={t('keepFiringHint')} value={fields.keepFiringMs} choices={WAITS_MS} onChange={(keepFiringMs) => set({ keepFiringMs })} />
        <Field label={t('severity')}>{(control) => <Select {...control} value={fields.severity} onValueChange={(severity) => set({ severity })} options={SEVERITIES.map((value) => ({ value, label: alerts(`severity.${value}`) }))} />}</Field>
        <Field label={t('noData')}>{(control) => <Select {...control} value={fields.noData} onValueChange={(noData) => set({ noData })} options={NO_DATA.map((value) => ({ value, label: t(`noDataIs.${value}`) }))} />}</Field>
      </div>
      <Field label={t('enabled')} inline>{({ id }) => <Switch id={id} aria-label={t('enabled')} checked={fields.enabled} onCheckedChange={(enabled) => set({ enabled })} />}</Field>
    </>
  )
}

/** Of which workflow, and of which of its nodes: where the metric has them. */
function Filters({ fields, set }: { fields: RuleFields; set: (change: Partial<RuleFields>) => void }) {
  const t = useTranslations('alerts.form')
  const { scope } = metricOf(fields.metric)
  const workflows = useWorkflowNames()
  const nodes = useNodes(scope === 'agent' ? fields.workflowId : '')
  if (isLookedUp(scope)) return null
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label={t('workflow')}>{(control) => <Select {...control} value={fields.workflowId === '' ? ALL : fields.workflowId} onValueChange={(id) => set({ workflowId: id === ALL ? '' : id, nodeId: '' })} options={withOwn([{ value: ALL, label: t('allWorkflows') }, ...named(workflows.data?.items)], fields.workflowId)} />}</Field>
      {scope === 'agent' && <Field label={t('node')} hint={fields.workflowId === '' ? t('nodeHint') : undefined}>{(control) => <Select {...control} value={fields.nodeId === '' ? ALL : fields.nodeId} onValueChange={(id) => set({ nodeId: id === ALL ? '' : id })} disabled={fields.workflowId === '' && fields.nodeId === ''} options={withOwn([{ value: ALL, label: t('allNodes') }, ...named(nodes.data)], fields.nodeId)} />}</Field>}
    </div>
  )
}

function Duration({ label, hint, value, choices, onChange }: { label: string; hint?: string; value: number; choices: readonly number[]; onChange: (ms: number) => void }) {
  const t = useTranslations('alerts.form')
  const words = useAlertWords()
  const all = choices.includes(value) ? choices : [...choices, value].sort((a, b) => a - b)
  return <Field label={label} hint={hint}>{(control) => <Select {...control} value={String(value)} onValueChange={(ms) => onChange(Number(ms))} options={all.map((ms) => ({ value: String(ms), label: ms === 0 ? t('atOnce') : words.duration(ms) }))} />}</Field>
}

type Option = { value: string; label: string }

function named(items: readonly { id: string; name: string }[] | undefined): Option[] {
  return (items ?? []).map(({ id, name }) => ({ value: id, label: name }))
}

/** What a rule names stays to be seen, also when it is not in the list. */
function withOwn(options: Option[], own: string): Option[] {
  return own === '' || options.some(({ value }) => value === own) ? options : [...options, { value: own, label: own }]
}

'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useDeferredValue, useMemo, useState } from 'react'
import { toast } from 'sonner'
import { RETAINED_KINDS, type RetainedKind, type RetentionPolicy } from '@/domain/retention/retention-policy'
import { formatBytes, formatCount, formatMoment } from '@/domain/metric/figures'
import type { ExcessBody, RetentionPreviewBody } from '@/wire/retention'
import { asProblem } from '@/components/live/problem-error'
import { useRefused } from '@/components/live/problem-words'
import { ProblemNotice } from '@/components/live/problem-notice'
import { AlertDialog } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Skeleton } from '@/components/ui/skeleton'
import { Switch } from '@/components/ui/switch'
import { formOfPolicy, policyOfForm, RETENTION_FIELDS, wrongFields, type RetentionField, type RetentionForm } from './retention-form'
import { useRetention, useRetentionPreview, useSetRetention } from './retention-queries'

/** How long runs, log lines and samples are kept, with what would be deleted before it is. */
export function RetentionPanel() {
  const t = useTranslations('settings.retention')
  const { data, error, isPending, refetch } = useRetention()
  return (
    <Panel title={t('title')} description={t('description')}>
      {error && <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />}
      {isPending && <Skeleton className="h-40" />}
      {data && <RetentionFields policy={data} />}
    </Panel>
  )
}

function RetentionFields({ policy }: { policy: RetentionPolicy }) {
  const refused = useRefused()
  const t = useTranslations('settings.retention')
  const common = useTranslations('common')
  const [form, setForm] = useState(() => formOfPolicy(policy))
  const [asking, setAsking] = useState(false)
  const wanted = useMemo(() => policyOfForm(form), [form])
  const preview = useRetentionPreview(useDeferredValue(wanted))
  const save = useSetRetention()
  const wrong = wrongFields(form)
  const bound = (field: RetentionField) => ({ field, form, wrong: wrong.includes(field), onChange: setForm })
  const store = () => wanted && save.mutate(wanted, { onSuccess: () => toast.success(t(wanted.on ? 'savedOn' : 'savedOff')), onError: refused })
  const changed = wanted !== undefined && JSON.stringify(wanted) !== JSON.stringify(policy)
  const deletes = form.on && preview.data !== undefined && anyGoes(preview.data)
  return (
    <form className="flex flex-col gap-3" onSubmit={(event) => (event.preventDefault(), deletes ? setAsking(true) : store())}>
      <Field label={t('on')} hint={t('onHint')} inline>{(control) => <Switch {...control} checked={form.on} onCheckedChange={(on) => setForm({ ...form, on })} />}</Field>
      {RETAINED_KINDS.map((kind) => <div key={kind} className="grid gap-3 sm:grid-cols-3">{RETENTION_FIELDS[kind].map((field) => <Bound key={field} {...bound(field)} />)}</div>)}
      <p className="text-sm text-muted-foreground">{t('samplesBeside')}</p>
      {preview.error && <ProblemNotice problem={asProblem(preview.error)} onRetry={() => void preview.refetch()} />}
      {preview.data && wanted && <Preview data={preview.data} on={form.on} />}
      <div className="flex justify-end"><Button type="submit" variant="primary" busy={save.isPending} disabled={!changed || (form.on && !preview.data)}>{common('save')}</Button></div>
      <AlertDialog open={asking} onOpenChange={setAsking} title={t('askTitle')} description={preview.data && <Sentences data={preview.data} />} confirmLabel={t('askConfirm')} cancelLabel={common('cancel')} onConfirm={store} />
    </form>
  )
}

function Bound({ field, form, wrong, onChange }: { field: RetentionField; form: RetentionForm; wrong: boolean; onChange: (form: RetentionForm) => void }) {
  const t = useTranslations('settings.retention')
  return (
    <Field label={t(field)} hint={t('noBound')} error={wrong ? t('wrong') : undefined}>
      {(control) => <Input {...control} inputMode="numeric" value={form[field]} onChange={(event) => onChange({ ...form, [field]: event.target.value })} />}
    </Field>
  )
}

const anyGoes = (data: RetentionPreviewBody): boolean => RETAINED_KINDS.some((kind) => data[kind].count > 0)

function Preview({ data, on }: { data: RetentionPreviewBody; on: boolean }) {
  const t = useTranslations('settings.retention')
  return <Notice tone={anyGoes(data) ? 'warning' : 'neutral'} title={t(on ? 'previewOn' : 'previewOff')}><Sentences data={data} /></Notice>
}

function Sentences({ data }: { data: RetentionPreviewBody }) {
  const t = useTranslations('settings.retention')
  const locale = useLocale()
  const { largeValues } = data
  const total = RETAINED_KINDS.reduce((sum, kind) => sum + data[kind].bytes, largeValues.bytes)
  return (
    <>
      {RETAINED_KINDS.map((kind) => (
        <span key={kind} className="block">
          <Sentence kind={kind} excess={data[kind]} />
          {kind === 'runs' && largeValues.count > 0 && <> {t('valuesSome', { count: largeValues.count, bytes: formatBytes(largeValues.bytes, locale) })}</>}
        </span>
      ))}
      {total > 0 && <span className="block font-medium">{t('total', { bytes: formatBytes(total, locale) })}</span>}
    </>
  )
}

function Sentence({ kind, excess: { count, stays, bytes, staysBytes, oldest, newest } }: { kind: RetainedKind; excess: ExcessBody }) {
  const t = useTranslations('settings.retention')
  const locale = useLocale()
  const moment = (at: string | null) => (at === null ? '' : formatMoment(Date.parse(at), locale))
  const left = { stays: formatCount(stays, locale), staysBytes: formatBytes(staysBytes, locale) }
  return <>{count === 0 ? t(`${kind}None`, left) : t(`${kind}Some`, { ...left, count: formatCount(count, locale), bytes: formatBytes(bytes, locale), oldest: moment(oldest), newest: moment(newest) })}</>
}

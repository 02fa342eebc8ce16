'use client'

import { useNow, useTranslations } from 'next-intl'
import { useId, useState } from 'react'
import { MAX_CRON, type CronIssue } from '@/domain/trigger/cron'
import { MISSED_POLICIES, OVERLAP_POLICIES } from '@/domain/trigger/schedule'
import type { ScheduleBody } from '@/wire/triggers'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { Textarea } from '@/components/ui/textarea'
import { useMomentIn } from './fire-list'
import { changeOf, draftOf, issueAt, newDraft, previewOf, type Preview, type ScheduleDraft } from './schedule-draft'
import { useSaveSchedule, useTarget } from './trigger-queries'
import { VersionField } from './version-field'

type Props = { workflowId: string; /** Undefined: a new one. */ schedule: ScheduleBody | undefined; onDone: () => void }
type Words = ReturnType<typeof useTranslations<'triggers.schedule'>>

const EXAMPLES = { hourly: '0 * * * *', daily: '0 9 * * *', weekdays: '0 9 * * MON-FRI', weekly: '0 9 * * MON', monthly: '0 9 1 * *', quarter: '*/15 * * * *' } as const
const exampleNames = Object.keys(EXAMPLES) as (keyof typeof EXAMPLES)[]

/** A schedule to make or to change; what it will do shows while one types. */
export function ScheduleForm(props: Props) {
  const t = useTranslations('triggers.schedule')
  const { data, error, refetch } = useTarget(props.workflowId)
  if (error) return <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />
  if (!data) return <Skeleton className="h-64" />
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return <LoadedForm {...props} versions={data.versions} initial={props.schedule ? draftOf(props.schedule) : newDraft(t('newName'), zone, data.graph)} />
}

function LoadedForm({ workflowId, schedule, onDone, versions, initial }: Props & { versions: readonly number[]; initial: ScheduleDraft }) {
  const t = useTranslations('triggers.schedule')
  const common = useTranslations('common')
  const [draft, setDraft] = useState(initial)
  const [wrong, setWrong] = useState<'name' | 'input' | 'catchUp' | 'priority'>()
  const save = useSaveSchedule(workflowId)
  const preview = previewOf(draft, useNow({ updateInterval: 30_000 }).getTime())
  const problem = save.error ? asProblem(save.error) : undefined
  const errorOf = (field: string, own?: string) => {
    const error = own ?? (wrong === field ? t(`wrong.${wrong}`) : undefined) ?? issueAt(problem?.issues ?? [], field)
    return error === undefined ? {} : { error }
  }
  const change = (part: Partial<ScheduleDraft>) => {
    setDraft({ ...draft, ...part })
    setWrong(undefined)
    save.reset()
  }
  const send = () => {
    const read = changeOf(draft)
    if ('wrong' in read) return setWrong(read.wrong)
    if ('fires' in preview) save.mutate({ id: schedule?.id, change: read.change }, { onSuccess: onDone })
  }
  return (
    <form aria-label={schedule ? t('editTitle') : t('add')} className="flex flex-col gap-3" noValidate onSubmit={(event) => (event.preventDefault(), send())}>
      <Field label={t('name')} required {...errorOf('name')}>{(control) => <Input {...control} autoFocus value={draft.name} maxLength={120} onChange={(event) => change({ name: event.target.value })} />}</Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t('cron')} required hint={t('cronHint')} {...errorOf('cron', 'cron' in preview ? cronText(preview.cron, t) : undefined)}>
          {(control) => <Input {...control} className="font-mono" autoComplete="off" spellCheck={false} value={draft.cron} maxLength={MAX_CRON} onChange={(event) => change({ cron: event.target.value })} />}
        </Field>
        <Field label={t('examples')}>
          {(control) => <Select {...control} placeholder={t('chooseExample')} value={exampleNames.find((name) => EXAMPLES[name] === draft.cron.trim())} onValueChange={(name) => change({ cron: EXAMPLES[name] })} options={exampleNames.map((value) => ({ value, label: t(`example.${value}`) }))} />}
        </Field>
      </div>
      <ZoneField draft={draft} error={errorOf('timeZone', 'zone' in preview ? t('wrong.zone') : undefined)} onChange={change} />
      <NextFires preview={preview} timeZone={draft.timeZone} />
      <Field label={t('input')} hint={t('inputHint')} {...errorOf('input')}>{(control) => <Textarea {...control} mono rows={5} value={draft.input} onChange={(event) => change({ input: event.target.value })} />}</Field>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t('missed')} hint={t(`missedHint.${draft.missed}`)}>{(control) => <Select {...control} value={draft.missed} onValueChange={(missed) => change({ missed })} options={MISSED_POLICIES.map((value) => ({ value, label: t(`missedPolicy.${value}`) }))} />}</Field>
        <Field label={t('overlap')} hint={t(`overlapHint.${draft.overlap}`)}>{(control) => <Select {...control} value={draft.overlap} onValueChange={(overlap) => change({ overlap })} options={OVERLAP_POLICIES.map((value) => ({ value, label: t(`overlapPolicy.${value}`) }))} />}</Field>
        {draft.missed === 'all' && <Field label={t('catchUp')} {...errorOf('catchUp')}>{(control) => <Input {...control} inputMode="numeric" value={draft.catchUp} onChange={(event) => change({ catchUp: event.target.value })} />}</Field>}
        <VersionField versions={versions} value={draft.version} onChange={(version) => change({ version })} {...errorOf('version')} />
        <Field label={t('priority')} hint={t('priorityHint')} {...errorOf('priority')}>{(control) => <Input {...control} inputMode="numeric" value={draft.priority} onChange={(event) => change({ priority: event.target.value })} />}</Field>
      </div>
      {problem && problem.issues.length === 0 && <ProblemNotice problem={problem} />}
      <div className="flex justify-end gap-2"><Button onClick={onDone}>{common('cancel')}</Button><Button type="submit" variant="primary" busy={save.isPending}>{common('save')}</Button></div>
    </form>
  )
}

function ZoneField({ draft, error, onChange }: { draft: ScheduleDraft; error: { error?: string }; onChange: (part: Partial<ScheduleDraft>) => void }) {
  const t = useTranslations('triggers.schedule')
  const list = useId()
  return (
    <Field label={t('zone')} required hint={t('zoneHint')} {...error}>
      {(control) => (
        <>
          <Input {...control} list={list} autoComplete="off" spellCheck={false} value={draft.timeZone} onChange={(event) => onChange({ timeZone: event.target.value })} />
          <datalist id={list}>{['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) => <option key={zone} value={zone} />)}</datalist>
        </>
      )}
    </Field>
  )
}

/** Announced politely: whoever types hears it once they pause. */
function NextFires({ preview, timeZone }: { preview: Preview; timeZone: string }) {
  const t = useTranslations('triggers.schedule')
  const title = useId()
  const moment = useMomentIn(timeZone)
  return (
    <section aria-labelledby={title} className="rounded-md border bg-muted/60 px-3 py-2 text-xs">
      <h3 id={title} className="font-medium">{t('nextFive')}</h3>
      <div aria-live="polite">
        {'fires' in preview ? <ol className="mt-1 list-inside list-decimal tabular-nums">{preview.fires.map((at) => <li key={at}>{moment(at)}</li>)}</ol> : <p className="mt-1 text-muted-foreground">{t('nextNone')}</p>}
      </div>
    </section>
  )
}

function cronText(issue: CronIssue, t: Words): string {
  switch (issue.kind) {
    case 'empty':
      return t('wrong.cronEmpty')
    case 'parts':
      return t('wrong.cronParts', { found: issue.found })
    case 'field':
      return t('wrong.cronField', { text: issue.text, field: t(`cronField.${issue.field}`) })
    case 'never':
      return t('wrong.cronNever')
  }
}

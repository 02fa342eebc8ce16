'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { HookBody, HookChange, HookWithSecret } from '@/wire/triggers'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { issueAt, NEWEST, versionOfText, versionText, wholeNumber } from './schedule-draft'
import { useChangeHook, useCreateHook, useTarget } from './trigger-queries'
import { VersionField } from './version-field'

type Props = { workflowId: string; /** Undefined: a new one. */ hook: HookBody | undefined; onDone: (made?: HookWithSecret) => void }
type Draft = { name: string; waits: 'no' | 'yes'; seconds: string; perMinute: string; kilobytes: string; version: string; priority: string }
type Numbers = 'seconds' | 'perMinute' | 'kilobytes' | 'priority'
const RANGES: Record<Numbers, [min: number, max: number]> = { seconds: [1, 60], perMinute: [1, 6_000], kilobytes: [1, 1_024], priority: [0, 10] }
const numbers = Object.keys(RANGES) as Numbers[]

/** A webhook to make or to change. */
export function HookForm({ workflowId, hook, onDone }: Props) {
  const t = useTranslations('triggers.hook')
  const common = useTranslations('common')
  const [draft, setDraft] = useState<Draft>(() => draftOf(hook, t('newName')))
  const [tried, setTried] = useState(false)
  const { data: target } = useTarget(workflowId)
  const create = useCreateHook(workflowId)
  const save = useChangeHook(workflowId)
  const error = create.error ?? save.error
  const problem = error ? asProblem(error) : undefined
  const set = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part })
    create.reset()
    save.reset()
  }
  const wrongName = draft.name.trim() === ''
  const isWrong = (field: Numbers) => wholeNumber(draft[field], ...RANGES[field]) === undefined && (field !== 'seconds' || draft.waits === 'yes')
  const send = () => {
    setTried(true)
    if (wrongName || numbers.some(isWrong)) return
    if (hook) save.mutate({ id: hook.id, change: changeOf(draft) }, { onSuccess: () => onDone() })
    else create.mutate(changeOf(draft), { onSuccess: onDone })
  }
  const errorOf = (wrong: boolean, text: string, path: string) => {
    const found = tried && wrong ? text : issueAt(problem?.issues ?? [], path)
    return found === undefined ? {} : { error: found }
  }
  const numberField = (field: Numbers, path: string) => (
    <Field label={t(field)} {...errorOf(isWrong(field), t('wrong.range', { min: RANGES[field][0], max: RANGES[field][1] }), path)}>
      {(control) => <Input {...control} inputMode="numeric" value={draft[field]} onChange={(event) => set({ [field]: event.target.value })} />}
    </Field>
  )
  return (
    <form aria-label={hook ? t('editTitle') : t('add')} className="flex flex-col gap-3" noValidate onSubmit={(event) => (event.preventDefault(), send())}>
      <Field label={t('name')} required {...errorOf(wrongName, t('wrong.name'), 'name')}>{(control) => <Input {...control} autoFocus value={draft.name} maxLength={120} onChange={(event) => set({ name: event.target.value })} />}</Field>
      <div className="flex flex-col gap-1">
        <p className="text-xs font-medium">{t('answer')}</p>
        <SegmentedControl label={t('answer')} className="self-start" value={draft.waits} onValueChange={(waits) => set({ waits })} segments={[{ value: 'no', label: t('answerNow') }, { value: 'yes', label: t('answerWait') }]} />
        <p className="text-xs text-muted-foreground">{t(draft.waits === 'no' ? 'answerNowHint' : 'answerWaitHint')}</p>
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        {draft.waits === 'yes' && numberField('seconds', 'waitMs')}
        {numberField('perMinute', 'perMinute')}
        {numberField('kilobytes', 'maxBytes')}
        <VersionField versions={target?.versions ?? []} value={draft.version} onChange={(version) => set({ version })} />
        {numberField('priority', 'priority')}
      </div>
      {problem && problem.issues.length === 0 && <ProblemNotice problem={problem} />}
      <div className="flex justify-end gap-2"><Button onClick={() => onDone()}>{common('cancel')}</Button><Button type="submit" variant="primary" busy={create.isPending || save.isPending}>{common('save')}</Button></div>
    </form>
  )
}

function draftOf(hook: HookBody | undefined, name: string): Draft {
  if (!hook) return { name, waits: 'no', seconds: '30', perMinute: '60', kilobytes: '256', version: NEWEST, priority: '5' }
  const { waitMs, perMinute, maxBytes, version, priority } = hook
  return { name: hook.name, waits: waitMs === 0 ? 'no' : 'yes', seconds: String(waitMs === 0 ? 30 : Math.ceil(waitMs / 1_000)), perMinute: String(perMinute), kilobytes: String(Math.ceil(maxBytes / 1_024)), version: versionText(version), priority: String(priority) }
}

function changeOf({ name, waits, seconds, perMinute, kilobytes, version, priority }: Draft): HookChange {
  return { name: name.trim(), waitMs: waits === 'no' ? 0 : Number(seconds) * 1_000, perMinute: Number(perMinute), maxBytes: Number(kilobytes) * 1_024, version: versionOfText(version), priority: Number(priority) }
}

'use client'

import { Play } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState, type KeyboardEvent } from 'react'
import type { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { checkInput } from '@/domain/run/check-input'
import type { ProblemError } from '@/components/live/problem-error'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { Field, type FieldControl } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import { Textarea } from '@/components/ui/textarea'
import { RefusalNotice } from './refusal-notice'
import { fieldsOfSchema, isRecord, parseJson, textOfValue, valueOfText, type SchemaField } from './schema-fields'

export type RunDialogProps = { graph: Graph; initialInput: Json; busy: boolean; problem: ProblemError | undefined; onRun: (input: Json, priority: number) => void; onClose: () => void }

/** 0 waits for all others, 10 goes before them; see domain/run/admit-runs.ts. */
const PRIORITIES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const
const NAMED = { 0: 'lowest', 5: 'normal', 10: 'highest' } as const

/** Asks for the run's input, as the input node describes it. */
export function RunDialog({ graph, initialInput, busy, problem, onRun, onClose }: RunDialogProps) {
  const t = useTranslations('editor.run')
  const common = useTranslations('common')
  const fields = fieldsOfSchema(graph.nodes.find((node) => node.type === 'input')?.config.schema)
  const [texts, setTexts] = useState<Record<string, string>>(() => Object.fromEntries((fields ?? []).map((field) => [field.name, textOfValue(field.kind, isRecord(initialInput) ? initialInput[field.name] : undefined)])))
  const [whole, setWhole] = useState(() => JSON.stringify(initialInput, null, 2))
  const [priority, setPriority] = useState('5')
  const [errors, setErrors] = useState<Record<string, string>>({})

  function run(): void {
    const { input, wrong } = fields ? readFields(fields, texts, t) : readWhole(whole, t)
    const faults = { ...wrong }
    if (input !== undefined) for (const { path, expected, found } of checkInput(graph, input)) faults[path] ??= expected === undefined ? t('missing') : t('wrongType', { expected, found: found ?? '' })
    setErrors(faults)
    if (input !== undefined && Object.keys(faults).length === 0) onRun(input, Number(priority))
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    run()
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title={t('title')} description={t('description')} closeLabel={common('close')} className="flex flex-col gap-3"
        footer={<><Button onClick={onClose}>{common('cancel')}</Button><Button variant="primary" busy={busy} onClick={run}><Play aria-hidden /> {t('start')}</Button></>}
      >
        <form className="flex flex-col gap-3" onKeyDown={onKeyDown} onSubmit={(event) => (event.preventDefault(), run())}>
          {fields?.map((field) => (
            <Field key={field.name} label={field.title || field.name} required={field.required} hint={field.description} inline={field.kind === 'boolean'} {...(errors[field.name] !== undefined && { error: errors[field.name] })}>
              {(control) => <FieldInput field={field} control={control} text={texts[field.name] ?? ''} onChange={(text) => setTexts({ ...texts, [field.name]: text })} />}
            </Field>
          ))}
          {fields === undefined && <Field label={t('input')} hint={t('inputHint')} {...(errors[''] !== undefined && { error: errors[''] })}>{(control) => <Textarea {...control} mono rows={8} value={whole} onChange={(event) => setWhole(event.target.value)} />}</Field>}
          <Field label={t('priority')} hint={t('priorityHint')}>
            {(control) => <Select {...control} value={priority} onValueChange={setPriority} options={PRIORITIES.map((value) => ({ value: String(value), label: value in NAMED ? t(`priorities.${NAMED[value as keyof typeof NAMED]}`, { priority: value }) : String(value) }))} />}
          </Field>
        </form>
        {problem && <RefusalNotice problem={problem} />}
      </DialogContent>
    </Dialog>
  )
}

/** The control of one field, as text. */
export function FieldInput({ field, control, text, onChange }: { field: SchemaField; control: FieldControl; text: string; onChange: (text: string) => void }) {
  switch (field.kind) {
    case 'text':
      return <Textarea {...control} rows={3} value={text} onChange={(event) => onChange(event.target.value)} />
    case 'json':
      return <Textarea {...control} mono rows={6} value={text} onChange={(event) => onChange(event.target.value)} />
    case 'choice':
      return <Select {...control} value={text === '' ? undefined : text} onValueChange={onChange} options={field.choices.map((value) => ({ value, label: value }))} />
    case 'boolean':
      return <Switch {...control} checked={text === 'true'} onCheckedChange={(on) => onChange(String(on))} />
    default:
      return <Input {...control} inputMode="decimal" value={text} onChange={(event) => onChange(event.target.value)} />
  }
}

type Words = ReturnType<typeof useTranslations<'editor.run'>>
type Read = { input?: Json; wrong: Record<string, string> }

/** What was typed, by field; nothing where any of it is wrong. */
export function readFields(fields: readonly SchemaField[], texts: Record<string, string>, t: Words): Read {
  const input: Record<string, Json> = {}
  const wrong: Record<string, string> = {}
  for (const field of fields) {
    const text = texts[field.name] ?? ''
    if (text.trim() === '' && field.kind !== 'boolean') {
      if (field.required) wrong[field.name] = t('missing')
      continue
    }
    const parsed = valueOfText(field.kind, text)
    if (parsed) input[field.name] = parsed.value
    else wrong[field.name] = t(field.kind === 'json' ? 'notJson' : 'notNumber')
  }
  return Object.keys(wrong).length > 0 ? { wrong } : { input, wrong }
}

export function readWhole(text: string, t: Words): Read {
  const parsed = text.trim() === '' ? { value: {} } : parseJson(text)
  return parsed ? { input: parsed.value, wrong: {} } : { wrong: { '': t('notJson') } }
}

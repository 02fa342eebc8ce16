'use client'

import { Play } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import type { Json } from '@/domain/json'
import { formatDuration } from '@/domain/metric/figures'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Textarea } from '@/components/ui/textarea'
import type { ToolTrialAnswer } from '@/wire/tool-trial'
import { sentencesOf, useProblemWords } from '@/components/live/problem-words'
import { useTryTool } from '../editor-queries'
import { FieldInput, readFields, readWhole } from './run-dialog'
import { fieldsOfSchema, textOfValue, isRecord } from './schema-fields'

type Tool = Record<string, Json>
const SIDES = ['fields', 'json'] as const

/** Calls the tool as it stands in the form, with arguments typed by field or as JSON. */
export function ToolTrial({ tool }: { tool: Tool }) {
  const t = useTranslations('editor.forms.tools.trial')
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}><Play aria-hidden className="size-3.5" /> {t('open')}</Button>
      {open && <TrialDialog tool={tool} onClose={() => setOpen(false)} />}
    </>
  )
}

function TrialDialog({ tool, onClose }: { tool: Tool; onClose: () => void }) {
  const t = useTranslations('editor.forms.tools.trial')
  const words = useTranslations('editor.run')
  const common = useTranslations('common')
  const asking = useTryTool()
  const fields = fieldsOfSchema(tool.parameters ?? { type: 'object', properties: {} })
  const [side, setSide] = useState<(typeof SIDES)[number]>(fields ? 'fields' : 'json')
  const [texts, setTexts] = useState<Record<string, string>>(() => Object.fromEntries((fields ?? []).map((field) => [field.name, textOfValue(field.kind, undefined)])))
  const [whole, setWhole] = useState('{}')
  const [errors, setErrors] = useState<Record<string, string>>({})
  const read = () => (side === 'fields' && fields ? readFields(fields, texts, words) : readWhole(whole, words))

  function change(next: (typeof SIDES)[number]): void {
    const { input, wrong } = read()
    // What cannot be read as it is goes along with neither side.
    if (input !== undefined && next === 'json') setWhole(JSON.stringify(input, null, 2))
    if (isRecord(input) && next === 'fields' && fields) setTexts(Object.fromEntries(fields.map(({ name, kind }) => [name, textOfValue(kind, input[name])])))
    setErrors(next === 'json' ? {} : wrong)
    setSide(next)
  }

  function call(): void {
    const { input, wrong } = read()
    setErrors(wrong)
    if (input !== undefined) asking.mutate({ tool, arguments: input })
  }

  return (
    <Dialog open onOpenChange={(stays) => !stays && onClose()}>
      <DialogContent
        title={t('title', { name: typeof tool.name === 'string' ? tool.name : '' })} description={t('description')} closeLabel={common('close')} className="flex flex-col gap-3"
        footer={<><Button onClick={onClose}>{common('close')}</Button><Button variant="primary" busy={asking.isPending} onClick={call}><Play aria-hidden /> {t('call')}</Button></>}
      >
        {fields && <SegmentedControl label={t('arguments')} size="sm" value={side} onValueChange={change} segments={SIDES.map((value) => ({ value, label: t(value) }))} />}
        <form className="flex flex-col gap-3" onSubmit={(event) => (event.preventDefault(), call())}>
          {side === 'fields' && fields?.length === 0 && <p className="text-sm text-muted-foreground">{t('noArguments')}</p>}
          {side === 'fields' && fields?.map((field) => (
            <Field key={field.name} label={field.title || field.name} required={field.required} hint={field.description} inline={field.kind === 'boolean'} {...(errors[field.name] !== undefined && { error: errors[field.name] })}>
              {(control) => <FieldInput field={field} control={control} text={texts[field.name] ?? ''} onChange={(text) => setTexts({ ...texts, [field.name]: text })} />}
            </Field>
          ))}
          {side === 'json' && <Field label={t('arguments')} {...(errors[''] !== undefined && { error: errors[''] })}>{(control) => <Textarea {...control} mono rows={6} value={whole} onChange={(event) => setWhole(event.target.value)} />}</Field>}
        </form>
        <div role="status">{asking.data && <Result answer={asking.data} />}</div>
        {asking.error && <ProblemNotice problem={asProblem(asking.error)} />}
      </DialogContent>
    </Dialog>
  )
}

function Result({ answer: { durationMs, output, error } }: { answer: ToolTrialAnswer }) {
  const t = useTranslations('editor.forms.tools.trial')
  const locale = useLocale()
  const words = useProblemWords()
  return (
    <section aria-label={t('result')} className="flex flex-col gap-2 rounded-md border p-2.5">
      <p className="flex items-center gap-2 text-xs text-muted-foreground tabular-nums"><Badge tone={error ? 'danger' : 'success'} dot>{error ? error.code : t('worked')}</Badge> {formatDuration(durationMs, locale)}</p>
      {error ? <p className="text-sm break-words whitespace-pre-wrap text-state-failed">{sentencesOf({ ...words(error), hint: undefined })}</p> : <pre tabIndex={0} className="max-h-64 overflow-auto rounded-md bg-muted/50 p-2 font-mono text-xs break-words whitespace-pre-wrap">{typeof output === 'string' ? output : JSON.stringify(output, null, 2)}</pre>}
      {error && <p className="text-xs text-muted-foreground">{words(error).hint}</p>}
    </section>
  )
}

'use client'

import { SquareArrowOutUpRight } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useContext } from 'react'
import type { Json } from '@/domain/json'
import { Field } from '@/components/ui/field'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Select } from '@/components/ui/select'
import { WorkflowIdContext } from '../editor-context'
import { useCallableWorkflows, useCallee } from '../editor-queries'
import { numberOf, textOf, type FieldContext } from './field-context'
import { fieldsOfSchema, isRecord, type SchemaField } from './schema-fields'
import { TemplateField } from './template-field'

/** No version is called so. */
const NEWEST = '*'

/** Which workflow is run, which version of it, and what it is given. */
export function SubworkflowFields(context: FieldContext) {
  const { callee } = useCallee(textOf(context.config.workflowId), numberOf(context.config.version))
  return (
    <>
      <WorkflowChoice {...context} />
      <InputOfCall {...context} fields={callee && fieldsOfSchema(callee.graph.nodes.find((node) => node.type === 'input')?.config.schema)} />
    </>
  )
}

/** A workflow, and its version. */
export function WorkflowChoice({ config, set, errorOf }: Pick<FieldContext, 'config' | 'set' | 'errorOf'>) {
  const t = useTranslations('editor.forms')
  const own = useContext(WorkflowIdContext)
  const id = textOf(config.workflowId)
  const version = numberOf(config.version)
  const { data, isPending } = useCallableWorkflows()
  const { callee, versions } = useCallee(id, version)
  const others = (data?.items ?? []).filter((workflow) => workflow.id !== own)
  const options = others.map(({ id: value, name }) => ({ value, label: name, description: value }))
  // What is chosen stays to be seen, though it is gone or further down a long list.
  if (id !== '' && !others.some((workflow) => workflow.id === id)) options.unshift({ value: id, label: id === own ? t('subworkflow.self') : (callee?.name ?? t('subworkflow.gone', { id })), description: id })
  const numbers = [...new Set([...versions.map((one) => one.version), ...(version === undefined ? [] : [version])])].sort((a, b) => b - a)
  return (
    <>
      <Field label={t('field.workflowId')} required error={errorOf('workflowId')} hint={!isPending && options.length === 0 ? t('subworkflow.none') : undefined}>
        {(control) => <Select {...control} value={id} placeholder={t('subworkflow.choose')} disabled={options.length === 0} onValueChange={(value) => set('workflowId', value)} options={options} />}
      </Field>
      {(id !== '' || errorOf('version') !== undefined) && (
        <>
          {callee && id !== own && <Link href={`/workflows/${id}`} className="inline-flex items-center gap-1 self-start text-xs underline underline-offset-2"><SquareArrowOutUpRight aria-hidden className="size-3" /> {t('subworkflow.open', { name: callee.name })}</Link>}
          <Field label={t('field.version')} hint={t('subworkflow.versionHint')} error={errorOf('version')}>
            {(control) => <Select {...control} value={version === undefined ? NEWEST : String(version)} onValueChange={(value) => set('version', value === NEWEST ? undefined : Number(value))} options={[{ value: NEWEST, label: t(callee?.latestVersion === null ? 'subworkflow.latestDraft' : 'subworkflow.latest') }, ...numbers.map((one) => ({ value: String(one), label: t('subworkflow.versionOf', { version: one }) }))]} />}
          </Field>
        </>
      )}
    </>
  )
}

/** The input as one text, or one for each field that the other workflow names. */
function InputOfCall({ config, set, errorOf, paths, fields }: FieldContext & { fields: readonly SchemaField[] | undefined }) {
  const t = useTranslations('editor.forms')
  const given = config.input
  const apart = isRecord(given)
  const texts: Record<string, Json> = apart ? given : {}
  const known = fields ?? []
  const shown = [...known, ...Object.keys(texts).filter((name) => !known.some((field) => field.name === name)).map((name) => ({ name, title: name, required: false, description: undefined }))]
  const setField = (name: string, text: string) => {
    const { [name]: _, ...rest } = texts
    set('input', text === '' ? rest : { ...rest, [name]: text })
  }
  const atField = shown.some(({ name }) => errorOf(`input.${name}`) !== undefined)
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="sr-only">{t('field.input')}</legend>
      {(known.length > 0 || apart) && (
        <SegmentedControl label={t('subworkflow.inputAs')} value={apart ? 'fields' : 'whole'} onValueChange={(way) => set('input', way === 'fields' ? {} : undefined)} segments={[{ value: 'whole', label: t('subworkflow.whole') }, { value: 'fields', label: t('subworkflow.fields') }]} />
      )}
      {apart
        ? <>
            {shown.map(({ name, title, required, description }) => <TemplateField key={name} label={title} hint={description ?? t('subworkflow.fieldHint')} error={errorOf(`input.${name}`)} required={required} rows={2} language="either" paths={paths} value={textOf(texts[name])} onChange={(text) => setField(name, text)} />)}
            {!atField && errorOf('input') !== undefined && <p role="alert" className="text-xs text-state-failed">{errorOf('input')}</p>}
          </>
        : <TemplateField label={t('field.input')} hint={t('subworkflow.wholeHint')} error={errorOf('input')} rows={3} language="either" paths={paths} value={textOf(given)} onChange={(text) => set('input', text)} />}
    </fieldset>
  )
}

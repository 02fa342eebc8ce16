'use client'

import { useTranslations } from 'next-intl'
import type { Json } from '@/domain/json'
import type { GraphNode } from '@/domain/graph/graph'
import { editedTogether, setShared, sharedFields, type SharedField, type SharedValue } from '@/domain/graph/shared-fields'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { useEditorStore } from './editor-context'
import { NumberField } from './forms/number-field'

const ON_ERROR = ['fail', 'skip', 'branch'] as const
const YES_NO = ['yes', 'no'] as const
/** What a switch means where nothing is said. */
const OTHERWISE = { shareContext: true, critical: false } as const

/** What several nodes have in common, set for all of them at once. */
export function SeveralFields({ nodes: chosen }: { nodes: readonly GraphNode[] }) {
  const t = useTranslations('build')
  const store = useEditorStore()
  const nodes = editedTogether(chosen)
  const ids = nodes.map((node) => node.id).join()
  const set = (field: SharedField, value: Json | undefined) => store.edit(setShared(nodes, field, value), `several:${field}:${ids}`)
  const fields = sharedFields(nodes)
  if (nodes.length < 2 || fields.length === 0) return null
  return (
    <section key={ids} aria-label={t('common')} className="flex min-h-0 flex-col gap-3 overflow-y-auto border-t p-3">
      <p className="text-xs text-muted-foreground">{t('commonOf', { count: nodes.length })}</p>
      {fields.map(({ field, now }) => <Shared key={field} field={field} now={now} onSet={(value) => set(field, value)} />)}
    </section>
  )
}

function Shared({ field, now, onSet }: { field: SharedField; now: SharedValue; onSet: (value: Json | undefined) => void }) {
  const t = useTranslations('build')
  const forms = useTranslations('editor.forms')
  const differs = t('differs')
  const value = now.same ? now.value : undefined
  switch (field) {
    case 'model':
      return <Field label={forms('field.model')}>{(control) => <Input {...control} value={typeof value === 'string' ? value : ''} placeholder={now.same ? undefined : differs} onChange={(event) => onSet(event.target.value === '' ? undefined : event.target.value)} />}</Field>
    case 'onError':
      return <Field label={forms('field.onError')}>{(control) => <Select {...control} placeholder={differs} value={now.same ? (ON_ERROR.find((one) => one === value) ?? 'fail') : undefined} onValueChange={(next) => onSet(next === 'fail' ? undefined : next)} options={ON_ERROR.map((one) => ({ value: one, label: forms(`onError.${one}`) }))} />}</Field>
    case 'shareContext':
    case 'critical':
      return <Field label={forms(`field.${field}`)}>{(control) => <Select {...control} placeholder={differs} value={now.same ? ((value ?? OTHERWISE[field]) === true ? 'yes' : 'no') : undefined} onValueChange={(next) => onSet((next === 'yes') === OTHERWISE[field] ? undefined : next === 'yes')} options={YES_NO.map((one) => ({ value: one, label: t(one) }))} />}</Field>
    default:
      return <NumberField label={field === 'maxAttempts' ? forms('retryField.maxAttempts') : forms(`field.${field}`)} integer={field !== 'temperature'} value={typeof value === 'number' ? value : undefined} {...(!now.same && { placeholder: differs })} onChange={onSet} />
  }
}

'use client'

import { Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { Json } from '@/domain/json'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { textOf, type FieldContext } from './field-context'
import { isRecord } from './schema-fields'
import { TemplateField } from './template-field'

type Entry = Record<string, Json>

/** What the node keeps in the memory of the run when it is done, key by key. */
export function RememberFields({ nodeId, config, set, errorOf, paths }: FieldContext & { nodeId: string }) {
  const t = useTranslations('editor.forms.memory')
  const entries = Array.isArray(config.remember) ? config.remember.filter(isRecord) : []
  const change = (next: Entry[]) => set('remember', next.length === 0 ? undefined : next)
  const atField = entries.some((_, index) => errorOf(`remember.${index}.key`) !== undefined || errorOf(`remember.${index}.value`) !== undefined)
  // Said once: at its field, where it has one.
  const error = atField ? undefined : errorOf('remember')
  const own = { path: `steps.${nodeId}.output`, type: 'any', node: t('own') }
  return (
    <details className="border-t pt-2" {...((entries.length > 0 || error !== undefined) && { open: true })}>
      <summary className="text-xs font-medium">{t('title')}</summary>
      <div className="mt-2 flex flex-col gap-3">
        <p className="text-xs text-muted-foreground">{t('hint')}</p>
        {entries.map((entry, index) => (
          <EntryFields
            key={index} number={index + 1} entry={entry} paths={[own, ...paths]} errorOf={(part) => errorOf(`remember.${index}.${part}`)}
            onChange={(changed) => change(entries.map((one, at) => (at === index ? changed : one)))} onRemove={() => change(entries.filter((_, at) => at !== index))}
          />
        ))}
        {error !== undefined && <p role="alert" className="text-xs text-state-failed">{error}</p>}
        <Button size="sm" className="self-start" onClick={() => change([...entries, { key: '' }])}><Plus aria-hidden className="size-3.5" /> {t('add')}</Button>
      </div>
    </details>
  )
}

type EntryProps = { number: number; entry: Entry; paths: FieldContext['paths']; errorOf: (part: 'key' | 'value') => string | undefined; onChange: (entry: Entry) => void; onRemove: () => void }

function EntryFields({ number, entry, paths, errorOf, onChange, onRemove }: EntryProps) {
  const t = useTranslations('editor.forms.memory')
  const { value: _, ...withoutValue } = entry
  const { expect: __, ...withoutExpect } = entry
  const expected = String(entry.expect ?? 'seen')
  const choices = [...new Set(['seen', 'any', '0', expected])]
  return (
    <fieldset className="flex flex-col gap-2 rounded-md border p-2">
      <legend className="sr-only">{t('entry', { number })}</legend>
      <div className="flex items-end gap-1">
        <Field label={t('key')} error={errorOf('key')} required className="min-w-0 grow">{(control) => <Input {...control} className="font-mono" value={textOf(entry.key)} onChange={(event) => onChange({ ...entry, key: event.target.value })} />}</Field>
        <IconButton label={t('remove', { number })} onClick={onRemove}><X aria-hidden /></IconButton>
      </div>
      <TemplateField label={t('value')} hint={t('valueHint')} error={errorOf('value')} rows={2} language="either" paths={paths} value={textOf(entry.value)} onChange={(text) => onChange(text === '' ? withoutValue : { ...entry, value: text })} />
      <Field label={t('expect')}>
        {(control) => (
          <Select
            {...control} value={expected} onValueChange={(chosen) => onChange(chosen === 'seen' ? withoutExpect : { ...entry, expect: chosen === 'any' ? chosen : Number(chosen) })}
            options={choices.map((value) => ({ value, label: value === 'seen' || value === 'any' ? t(`expected.${value}`) : value === '0' ? t('expected.none') : t('expected.version', { version: value }) }))}
          />
        )}
      </Field>
    </fieldset>
  )
}

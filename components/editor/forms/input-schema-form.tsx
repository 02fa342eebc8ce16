'use client'

import { Plus, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { Json } from '@/domain/json'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { JsonField } from './json-field'
import { fieldsOfSchema, schemaOfFields, type FieldKind, type SchemaField } from './schema-fields'

const KINDS: readonly FieldKind[] = ['text', 'number', 'integer', 'boolean', 'json']

/** What the run takes: a table of fields, or JSON Schema by hand where a table cannot say it. */
export function InputSchemaForm({ schema, error, onChange }: { schema: Json | undefined; error: string | undefined; onChange: (schema: Json | undefined) => void }) {
  const t = useTranslations('editor.forms')
  const fields = schema === undefined ? [] : fieldsOfSchema(schema)
  const simple = fields !== undefined && fields.every((field) => field.kind !== 'choice')
  const set = (next: readonly SchemaField[]) => onChange(next.length === 0 ? undefined : schemaOfFields(next))
  return (
    <>
      {simple && (
        <fieldset className="flex flex-col gap-1.5">
          <legend className="mb-1 text-xs font-medium">{t('inputFields')}</legend>
          {fields.length === 0 && <p className="text-xs text-muted-foreground">{t('inputAny')}</p>}
          {fields.map((field, index) => {
            const change = (part: Partial<SchemaField>) => set(fields.map((one, at) => (at === index ? { ...one, ...part } : one)))
            return (
              <div key={index} className="flex items-center gap-1">
                <Input aria-label={t('fieldName', { number: index + 1 })} value={field.name} onChange={(event) => !fields.some((one, at) => at !== index && one.name === event.target.value) && change({ name: event.target.value })} />
                <Select<FieldKind> aria-label={t('fieldKind', { name: field.name })} className="w-28" value={field.kind} onValueChange={(kind) => change({ kind })} options={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))} />
                <Checkbox aria-label={t('fieldRequired', { name: field.name })} title={t('required')} checked={field.required} onCheckedChange={(checked) => change({ required: checked === true })} />
                <IconButton size="sm" label={t('fieldRemove', { name: field.name })} onClick={() => set(fields.filter((_, at) => at !== index))}><Trash2 aria-hidden /></IconButton>
              </div>
            )
          })}
          <Button size="sm" className="self-start" onClick={() => set([...fields, { name: freeName(fields), kind: 'text', required: true, title: '', description: undefined, choices: [] }])}><Plus aria-hidden /> {t('addField')}</Button>
        </fieldset>
      )}
      <details open={!simple}>
        <summary className="text-xs text-muted-foreground">{t('schemaByHand')}</summary>
        <div className="mt-2"><JsonField key={simple ? JSON.stringify(schema) : 'hand'} label={t('schema')} value={schema} error={error} onChange={onChange} /></div>
      </details>
    </>
  )
}

function freeName(fields: readonly SchemaField[]): string {
  for (let number = 1; ; number++) if (!fields.some((field) => field.name === `field${number}`)) return `field${number}`
}

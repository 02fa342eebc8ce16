'use client'

import { Plus, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { Json } from '@/domain/json'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { JsonField } from './json-field'
import { renameField, requireField, SCHEMA_KINDS, schemaOf, treeOf, withField, withFieldSchema, withKind, withoutField, type ObjectTree, type SchemaKind, type SchemaTree } from './schema-tree'

const EMPTY = { type: 'object', properties: {}, required: [] }

/** A JSON Schema as a table or as JSON. Both sides are the one schema: neither loses what only the other can show. */
export function SchemaEditor({ label, none, closed = false, schema, error, onChange }: { label: string; /** What holds where there is none. */ none: string; /** A new one allows no other fields. */ closed?: boolean; schema: Json | undefined; error: string | undefined; onChange: (schema: Json | undefined) => void }) {
  const t = useTranslations('editor.forms')
  const [side, setSide] = useState<'table' | 'json'>()
  const tree = schema === undefined ? undefined : treeOf(schema)
  // What a table cannot show at all opens as JSON.
  const shown = side ?? (tree?.kind === 'other' ? 'json' : 'table')
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="sr-only">{label}</legend>
      <div className="flex items-center justify-between">
        <span aria-hidden className="text-xs font-medium">{label}</span>
        <SegmentedControl size="sm" label={t('schemaSide.label', { field: label })} value={shown} onValueChange={setSide} segments={[{ value: 'table', label: t('schemaSide.table') }, { value: 'json', label: 'JSON' }]} />
      </div>
      {shown === 'json'
        ? <JsonField label={t('schema')} rows={10} value={schema} error={error} onChange={onChange} />
        : (
          <>
            {tree === undefined ? <p className="text-xs text-muted-foreground">{none}</p> : <SchemaBody tree={tree} path="" onChange={(next) => onChange(schemaOf(next))} />}
            {tree === undefined && <AddButton onClick={() => onChange(schemaOf(withField(treeOf(closed ? { ...EMPTY, additionalProperties: false } : EMPTY) as ObjectTree)))} />}
            {tree !== undefined && <Button size="sm" variant="ghost" className="self-start" onClick={() => onChange(undefined)}><Trash2 aria-hidden /> {t('schemaRemove')}</Button>}
            {error !== undefined && <p role="alert" className="text-xs text-destructive">{error}</p>}
          </>
        )}
    </fieldset>
  )
}

type Part<T extends SchemaTree = SchemaTree> = { tree: T; /** `1.2`: the second field of the first. */ path: string; onChange: (tree: SchemaTree) => void }

/** What belongs to a kind: the fields of an object, the items of a list, the choices of a choice. */
function SchemaBody({ tree, path, onChange }: Part) {
  const t = useTranslations('editor.forms')
  switch (tree.kind) {
    case 'object':
      return <ObjectFields tree={tree} path={path} onChange={onChange} />
    case 'list':
      return (
        <div className="flex flex-col gap-1 border-l-2 pl-2">
          <KindSelect label={t('schemaItems')} kind={tree.item?.kind ?? 'any'} onChange={(kind) => onChange({ ...tree, item: withKind(tree.item ?? treeOf({}), kind) })} />
          {tree.item && <SchemaBody tree={tree.item} path={`${path}*`} onChange={(item) => onChange({ ...tree, item })} />}
        </div>
      )
    case 'choice':
      return <Textarea aria-label={t('schemaChoices')} title={t('schemaChoices')} rows={Math.max(2, tree.choices.length)} value={tree.choices.join('\n')} onChange={(event) => onChange({ ...tree, choices: event.target.value.split('\n') })} />
    case 'other':
      return <p className="text-xs text-muted-foreground">{t('schemaOther')} <code className="font-mono break-all">{JSON.stringify(tree.json).slice(0, 200)}</code></p>
    default:
      // Within an object the row itself says all of it.
      return path === '' ? <KindSelect label={t('schemaWhole')} kind={tree.kind} onChange={(kind) => onChange(withKind(tree, kind))} /> : null
  }
}

function ObjectFields({ tree, path, onChange }: Part<ObjectTree>) {
  return (
    <div className={path === '' ? 'flex flex-col gap-2' : 'flex flex-col gap-2 border-l-2 pl-2'}>
      {tree.fields.map(({ name, schema }, index) => <FieldRow key={index} tree={tree} name={name} schema={schema} path={path === '' ? `${index + 1}` : `${path}.${index + 1}`} onChange={onChange} />)}
      <AddButton onClick={() => onChange(withField(tree))} />
    </div>
  )
}

function FieldRow({ tree, name, schema, path, onChange }: Part<ObjectTree> & { name: string; schema: SchemaTree }) {
  const t = useTranslations('editor.forms')
  const set = (next: SchemaTree) => onChange(withFieldSchema(tree, name, next))
  const also = schema.kind === 'other' ? [] : Object.keys(schema.rest).filter((key) => key !== 'additionalProperties')
  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-center gap-1">
        <Input aria-label={t('fieldName', { number: path })} value={name} onChange={(event) => onChange(renameField(tree, name, event.target.value))} />
        <KindSelect label={t('fieldKind', { name })} kind={schema.kind} onChange={(kind) => set(withKind(schema, kind))} />
        <Checkbox aria-label={t('fieldRequired', { name })} title={t('required')} checked={tree.required?.includes(name) ?? false} onCheckedChange={(on) => onChange(requireField(tree, name, on === true))} />
        <IconButton size="sm" label={t('fieldRemove', { name })} onClick={() => onChange(withoutField(tree, name))}><Trash2 aria-hidden /></IconButton>
      </div>
      {schema.kind !== 'other' && <Input aria-label={t('fieldDescription', { name })} placeholder={t('descriptionHint')} className="h-7 text-xs" value={schema.description ?? ''} onChange={(event) => set({ ...schema, description: event.target.value === '' ? undefined : event.target.value })} />}
      {also.length > 0 && <p className="text-2xs text-muted-foreground">{t('schemaAlso', { keywords: also.join(', ') })}</p>}
      <SchemaBody tree={schema} path={path} onChange={set} />
    </div>
  )
}

/** What is beyond a table stays chosen until another kind is. */
function KindSelect({ label, kind, onChange }: { label: string; kind: SchemaKind; onChange: (kind: (typeof SCHEMA_KINDS)[number]) => void }) {
  const t = useTranslations('editor.forms')
  const kinds: readonly SchemaKind[] = kind === 'other' ? [...SCHEMA_KINDS, 'other'] : SCHEMA_KINDS
  return <Select<SchemaKind> aria-label={label} className="w-28 shrink-0" value={kind} onValueChange={(next) => next !== 'other' && onChange(next)} options={kinds.map((value) => ({ value, label: t(`schemaKind.${value}`) }))} />
}

function AddButton({ onClick }: { onClick: () => void }) {
  const t = useTranslations('editor.forms')
  return <Button size="sm" className="self-start" onClick={onClick}><Plus aria-hidden /> {t('addField')}</Button>
}

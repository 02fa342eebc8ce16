'use client'

import { Plus, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useContext, useState } from 'react'
import { TOOL_KINDS, type ToolRun } from '@/domain/graph/agent-tools'
import { METHODS } from '@/domain/graph/config-text'
import type { Json } from '@/domain/json'
import { NODE_ICON } from '@/components/graph/node-look'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '@/components/ui/dropdown-menu'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Textarea } from '@/components/ui/textarea'
import { CodeField } from './code-field'
import { numberOf, textOf, type FieldContext } from './field-context'
import { FieldScope, JsonField } from './json-field'
import { McpToolField, type McpTool } from './mcp-tool-field'
import { NumberField } from './number-field'
import { SchemaEditor } from './schema-editor'
import { fieldsOfSchema, isRecord } from './schema-fields'
import { WorkflowChoice } from './subworkflow-fields'
import { TemplateField } from './template-field'
import { ToolTrial } from './tool-trial'

type Entry = Record<string, Json>
type Kind = ToolRun['kind']

/** Of a tool that is given on: nobody carries it out here. */
const GIVEN_ON = 'none'

/** What a new tool of a kind says from the first. */
const FIRST: Record<Kind, Entry> = {
  http: { kind: 'http', url: '' },
  mcp: { kind: 'mcp', url: '' },
  python: { kind: 'python', code: 'output = input' },
  subworkflow: { kind: 'subworkflow', workflowId: '' },
}
const BOUNDS = [['maxTurns', '8'], ['maxToolCalls', '32'], ['toolConcurrency', '4']] as const

/** The tools that an agent may call, how each is carried out, and how far it may go on with them. */
export function ToolFields({ config, set, errorOf, paths }: FieldContext) {
  const t = useTranslations('editor.forms.tools')
  const scope = useContext(FieldScope)
  const entries = Array.isArray(config.tools) ? config.tools.filter(isRecord) : []
  const [added, setAdded] = useState<number>()
  const change = (next: Entry[]) => set('tools', next.length === 0 ? undefined : next)
  const add = (kind: Kind | typeof GIVEN_ON) => {
    setAdded(entries.length)
    change([...entries, { name: freeName(entries), ...(kind !== GIVEN_ON && { run: FIRST[kind] }) }])
  }
  const atEntry = entries.some((_, index) => errorOf(`tools.${index}`) !== undefined)
  const error = atEntry ? undefined : errorOf('tools')
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="text-xs font-medium">{t('title')}</legend>
      <p className="text-xs text-muted-foreground">{t('hint')}</p>
      {entries.map((entry, index) => (
        <FieldScope key={index} value={`${scope}/${index}`}>
          <ToolEntry
            number={index + 1} entry={entry} opened={index === added} paths={paths} errorOf={(part) => errorOf(part === '' ? `tools.${index}` : `tools.${index}.${part}`)}
            onChange={(changed) => change(entries.map((one, at) => (at === index ? changed : one)))} onRemove={() => change(entries.filter((_, at) => at !== index))}
          />
        </FieldScope>
      ))}
      {error !== undefined && <p role="alert" className="text-xs text-state-failed">{error}</p>}
      <DropdownMenu>
        <DropdownMenuTrigger asChild><Button size="sm" className="self-start"><Plus aria-hidden className="size-3.5" /> {t('add')}</Button></DropdownMenuTrigger>
        <DropdownMenuContent>
          {([...TOOL_KINDS, GIVEN_ON] as const).map((kind) => <DropdownMenuItem key={kind} onSelect={() => add(kind)}>{t(`kind.${kind}`)}</DropdownMenuItem>)}
        </DropdownMenuContent>
      </DropdownMenu>
      <div className="grid grid-cols-3 items-end gap-2">
        {BOUNDS.map(([field, usual]) => <NumberField key={field} label={t(field)} integer placeholder={usual} value={numberOf(config[field])} error={errorOf(field)} onChange={(value) => set(field, value)} />)}
      </div>
    </fieldset>
  )
}

function freeName(entries: readonly Entry[]): string {
  const taken = new Set(entries.map(({ name }) => name))
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'tool' : `tool_${number}`
    if (!taken.has(name)) return name
  }
}

type EntryProps = { number: number; entry: Entry; opened: boolean; paths: FieldContext['paths']; errorOf: (part: string) => string | undefined; onChange: (entry: Entry) => void; onRemove: () => void }

function ToolEntry({ number, entry, opened, paths, errorOf, onChange, onRemove }: EntryProps) {
  const t = useTranslations('editor.forms.tools')
  const forms = useTranslations('editor.forms')
  const run = isRecord(entry.run) ? entry.run : undefined
  const kind = TOOL_KINDS.find((one) => one === run?.kind)
  const Icon = kind && NODE_ICON[kind]
  const put = (field: string, value: Json | undefined) => onChange(without(entry, field, value))
  const atField = ['name', 'description', 'parameters', 'run', 'timeoutMs'].some((part) => errorOf(part) !== undefined)
  const name = textOf(entry.name)
  return (
    <details open={opened || errorOf('') !== undefined} className="rounded-md border">
      <summary className="flex cursor-pointer items-center gap-2 px-2 py-1.5 text-xs">
        {Icon && <Icon aria-hidden className="size-3.5 shrink-0 text-muted-foreground" />}
        <span className="min-w-0 flex-1 truncate font-mono">{name || t('unnamed', { number })}</span>
        <Badge>{t(`short.${kind ?? GIVEN_ON}`)}</Badge>
      </summary>
      <div className="flex flex-col gap-3 border-t p-2">
        {!atField && errorOf('') !== undefined && <p role="alert" className="text-xs text-state-failed">{errorOf('')}</p>}
        <Field label={forms('name')} required error={errorOf('name')} hint={t('nameHint')}>{(control) => <Input {...control} className="font-mono text-xs" maxLength={64} value={name} onChange={(event) => onChange({ ...entry, name: event.target.value })} />}</Field>
        <Field label={t('description')} error={errorOf('description')} hint={t('descriptionHint')}>{(control) => <Textarea {...control} rows={2} value={textOf(entry.description)} onChange={(event) => put('description', event.target.value)} />}</Field>
        <SchemaEditor label={t('arguments')} none={t('argumentsNone')} schema={entry.parameters} error={errorOf('parameters')} onChange={(schema) => put('parameters', schema)} />
        <Field label={t('carriedOut')} error={run === undefined ? errorOf('run') : undefined}>
          {(control) => <Select<Kind | typeof GIVEN_ON> {...control} value={kind ?? GIVEN_ON} onValueChange={(chosen) => chosen !== kind && put('run', chosen === GIVEN_ON ? undefined : FIRST[chosen])} options={([...TOOL_KINDS, GIVEN_ON] as const).map((value) => ({ value, label: t(`kind.${value}`) }))} />}
        </Field>
        {run && <RunFields kind={kind} run={run} onTool={(tool) => onChange({ ...entry, name: callable(tool.name) ?? name, description: tool.description.slice(0, 2_000), parameters: tool.inputSchema, run: { ...run, tool: tool.name } })} paths={[...argumentPaths(entry), ...paths.filter(({ path }) => !/^input\b/.test(path))]} errorOf={(part) => errorOf(part === '' ? 'run' : `run.${part}`)} set={(field, value) => onChange({ ...entry, run: without(run, field, value) })} />}
        {run && <NumberField label={t('timeoutMs')} integer value={numberOf(entry.timeoutMs)} error={errorOf('timeoutMs')} onChange={(value) => put('timeoutMs', value)} />}
        <div className="flex flex-wrap gap-2">
          {run && kind !== 'subworkflow' && errorOf('') === undefined && <ToolTrial tool={entry} />}
          <Button size="sm" variant="ghost" onClick={onRemove}><Trash2 aria-hidden className="size-3.5" /> {t('remove', { name: name || t('unnamed', { number }) })}</Button>
        </div>
      </div>
    </details>
  )
}

/** A name that a model may call; the server's own may have other letters. */
function callable(name: string): string | undefined {
  return /^[A-Za-z0-9_-]{1,64}$/.test(name) ? name : undefined
}

/** What a call brings, as the tool's templates and code read it. */
function argumentPaths({ parameters }: Entry): FieldContext['paths'] {
  return (fieldsOfSchema(parameters) ?? []).map(({ name }) => ({ path: `input.${name}`, type: 'any', node: name }))
}

type RunFieldsProps = Pick<FieldContext, 'paths' | 'errorOf' | 'set'> & { kind: Kind | undefined; run: Entry; onTool: (tool: McpTool) => void }

function RunFields({ kind, run, paths, errorOf, set, onTool }: RunFieldsProps) {
  const t = useTranslations('editor.forms.tools')
  const forms = useTranslations('editor.forms')
  const template = (field: 'url' | 'body', hint: string, rows: number, required: boolean) => <TemplateField label={forms(`field.${field}`)} hint={hint} error={errorOf(field)} required={required} rows={rows} language="liquid" paths={paths} value={textOf(run[field])} onChange={(text) => set(field, text)} />
  const headers = <JsonField label={forms('field.headers')} placeholder='{"authorization": "Bearer …"}' rows={3} value={run.headers} error={errorOf('headers')} onChange={(value) => set('headers', value)} />
  switch (kind) {
    case 'http':
      return (
        <>
          <Field label={forms('field.method')} error={errorOf('method')}>{(control) => <Select {...control} value={METHODS.find((one) => one === run.method) ?? 'GET'} onValueChange={(method) => set('method', method)} options={METHODS.map((value) => ({ value, label: value }))} />}</Field>
          {template('url', t('urlHint'), 2, true)}
          {template('body', t('bodyHint'), 3, false)}
          {headers}
        </>
      )
    case 'mcp':
      return (
        <>
          {template('url', t('mcpHint'), 2, true)}
          <McpToolField url={textOf(run.url)} headers={run.headers} value={textOf(run.tool)} hint={t('mcpToolHint')} error={errorOf('tool')} onChange={(name) => set('tool', name)} onChoose={onTool} />
          {headers}
        </>
      )
    case 'python':
      return (
        <>
          <CodeField label={forms('field.code')} hint={t('codeHint')} error={errorOf('code')} value={textOf(run.code)} onChange={(code) => set('code', code)} />
          <JsonField label={forms('field.packages')} placeholder='["numpy"]' rows={2} value={run.packages} error={errorOf('packages')} onChange={(packages) => set('packages', packages)} />
        </>
      )
    case 'subworkflow':
      return <WorkflowChoice config={run} set={set} errorOf={errorOf} />
    case undefined:
      return <JsonField label={t('carriedOut')} rows={4} value={run} error={errorOf('')} onChange={() => undefined} />
  }
}

/** An empty optional field is left out. */
function without(entry: Entry, field: string, value: Json | undefined): Entry {
  const { [field]: _, ...rest } = entry
  return value === undefined || value === '' ? rest : { ...entry, [field]: value }
}

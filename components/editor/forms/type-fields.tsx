'use client'

import { useTranslations } from 'next-intl'
import { METHODS } from '@/domain/graph/config-text'
import type { NodeType } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import { Textarea } from '@/components/ui/textarea'
import type { CodeLanguage } from '../code/complete-code'
import { BrowserFields } from './browser-fields'
import { CodeField } from './code-field'
import { JsonField } from './json-field'
import { numberOf, textOf, type FieldContext } from './field-context'
import { argumentsFor, McpToolField } from './mcp-tool-field'
import { MessageFields } from './message-fields'
import { ModelField } from './model-field'
import { NumberField } from './number-field'
import { SchemaEditor } from './schema-editor'
import { SubworkflowFields } from './subworkflow-fields'
import { TemplateField } from './template-field'
import { ToolFields } from './tool-fields'

const ON_TIMEOUT = ['approve', 'reject', 'fail'] as const
const MODES = ['all', 'any'] as const

/** The fields that only this type of node has. */
export function TypeFields({ type, ...context }: FieldContext & { type: NodeType }) {
  const t = useTranslations('editor.forms')
  const { config, set, setAll, errorOf, paths } = context
  const template = (field: 'system' | 'prompt' | 'url' | 'body' | 'value' | 'payload', rows: number, required = false) => (
    <TemplateField label={t(`field.${field}`)} hint={field === 'value' || field === 'payload' ? t('valueHint') : undefined} error={errorOf(field)} required={required} rows={rows} language={field === 'value' || field === 'payload' ? 'either' : 'liquid'} paths={paths} value={textOf(config[field])} onChange={(text) => set(field, text)} />
  )
  const expression = (field: 'expression' | 'items', hint: string, { required = true, language = 'cel' }: { required?: boolean; language?: CodeLanguage } = {}) => (
    <TemplateField label={t(`field.${field}`)} hint={hint} error={errorOf(field)} required={required} rows={3} language={language} paths={paths} value={textOf(config[field])} onChange={(text) => set(field, text)} />
  )
  switch (type) {
    case 'input':
      return <SchemaEditor label={t('inputFields')} none={t('inputAny')} schema={config.schema} error={errorOf('schema')} onChange={(schema) => set('schema', schema)} />
    case 'agent':
      return <AgentFields {...context} system={template('system', 4)} prompt={template('prompt', 7, true)} />
    case 'http':
      return (
        <>
          <Field label={t('field.method')} error={errorOf('method')}>{(control) => <Select {...control} value={METHODS.find((one) => one === config.method) ?? 'GET'} onValueChange={(method) => set('method', method)} options={METHODS.map((value) => ({ value, label: value }))} />}</Field>
          {template('url', 2, true)}
          <JsonField label={t('field.headers')} placeholder='{"authorization": "Bearer …"}' rows={3} value={config.headers} error={errorOf('headers')} onChange={(headers) => set('headers', headers)} />
          {template('body', 4)}
        </>
      )
    case 'mcp':
      return (
        <>
          {template('url', 2, true)}
          <McpToolField url={textOf(config.url)} headers={config.headers} value={textOf(config.tool)} hint={t('toolHint')} error={errorOf('tool')} required onChange={(name) => set('tool', name)} onChoose={(tool) => setAll({ tool: tool.name, ...(textOf(config.input).trim() === '' && { input: argumentsFor(tool) }) })} />
          <TemplateField label={t('field.arguments')} hint={t('argumentsHint')} error={errorOf('input')} rows={4} language="either" paths={paths} value={textOf(config.input)} onChange={(text) => set('input', text)} />
          <JsonField label={t('field.headers')} placeholder='{"authorization": "Bearer …"}' rows={3} value={config.headers} error={errorOf('headers')} onChange={(headers) => set('headers', headers)} />
        </>
      )
    case 'browser':
      return (
        <>
          {template('url', 2, true)}
          <BrowserFields {...context} />
        </>
      )
    case 'python':
      return (
        <>
          <CodeField label={t('field.code')} hint={t('codeHint')} error={errorOf('code')} value={textOf(config.code)} onChange={(code) => set('code', code)} />
          <JsonField label={t('field.packages')} hint={t('packagesHint')} placeholder='["numpy"]' rows={2} value={config.packages} error={errorOf('packages')} onChange={(packages) => set('packages', packages)} />
        </>
      )
    case 'transform':
      return expression('expression', t('transformHint'), { language: 'either' })
    case 'condition':
      return expression('expression', t('conditionHint'))
    case 'map':
      return (
        <>
          {expression('items', t('itemsHint'), { required: false })}
          <NumberField label={t('field.concurrency')} integer placeholder="8" value={numberOf(config.concurrency)} error={errorOf('concurrency')} onChange={(value) => set('concurrency', value)} />
        </>
      )
    case 'merge':
      return <Field label={t('field.mode')} error={errorOf('mode')}>{(control) => <Select {...control} value={MODES.find((one) => one === config.mode) ?? 'all'} onValueChange={(mode) => set('mode', mode)} options={MODES.map((value) => ({ value, label: t(`mode.${value}`) }))} />}</Field>
    case 'approval':
      return (
        <>
          {template('prompt', 5, true)}
          <Field label={t('field.onTimeout')} error={errorOf('onTimeout')} hint={t('onTimeoutHint')}>{(control) => <Select {...control} value={ON_TIMEOUT.find((one) => one === config.onTimeout) ?? 'fail'} onValueChange={(value) => set('onTimeout', value)} options={ON_TIMEOUT.map((value) => ({ value, label: t(`onTimeout.${value}`) }))} />}</Field>
        </>
      )
    case 'message':
      return <MessageFields {...context} payload={template('payload', 4)} />
    case 'subworkflow':
      return <SubworkflowFields {...context} />
    case 'group':
      return null
    case 'output':
      return template('value', 4)
    case 'note':
      return <Field label={t('field.text')} error={errorOf('text')}>{(control) => <Textarea {...control} rows={6} value={textOf(config.text)} onChange={(event) => set('text', event.target.value)} />}</Field>
  }
}

function AgentFields({ system, prompt, ...context }: FieldContext & { system: React.ReactNode; prompt: React.ReactNode }) {
  const t = useTranslations('editor.forms')
  const { config, set, errorOf } = context
  const atFault = ['responseSchema', 'tools', 'maxTurns', 'maxToolCalls', 'toolConcurrency'].some((field) => errorOf(field) !== undefined)
  return (
    <>
      {system}
      {prompt}
      <ModelField value={textOf(config.model)} error={errorOf('model')} onChange={(model) => set('model', model)} />
      <div className="grid grid-cols-2 gap-2">
        <NumberField label={t('field.temperature')} placeholder="0–2" value={numberOf(config.temperature)} error={errorOf('temperature')} onChange={(value) => set('temperature', value)} />
        <NumberField label={t('field.maxTokens')} integer value={numberOf(config.maxTokens)} error={errorOf('maxTokens')} onChange={(value) => set('maxTokens', value)} />
      </div>
      <Field label={t('field.shareContext')} error={errorOf('shareContext')} hint={t('shareContextHint')} inline>{(control) => <Switch {...control} checked={config.shareContext !== false} onCheckedChange={(on) => set('shareContext', on ? undefined : false)} />}</Field>
      <details open={atFault}>
        <summary className="text-xs font-medium">{t('structured')}</summary>
        <div className="mt-2 flex flex-col gap-3">
          <SchemaEditor closed label={t('field.responseSchema')} none={t('responseSchemaNone')} schema={config.responseSchema} error={errorOf('responseSchema')} onChange={(value) => set('responseSchema', value)} />
          {config.responseSchema !== undefined && <p className="text-xs text-muted-foreground">{t('responseSchemaHint')}</p>}
          <ToolFields {...context} />
        </div>
      </details>
    </>
  )
}

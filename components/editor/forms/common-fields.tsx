'use client'

import { useTranslations } from 'next-intl'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import { JsonField } from './json-field'
import { numberOf, textOf, type FieldContext } from './field-context'
import { NumberField } from './number-field'
import { isRecord } from './schema-fields'
import { TemplateField } from './template-field'

const ON_ERROR = ['fail', 'skip', 'branch'] as const
/** What applies where the node says nothing; shown as a hint in the empty fields. */
const RETRY = [['maxAttempts', '3'], ['initialMs', '500'], ['factor', '2'], ['maxMs', '30000']] as const

const FIELDS = ['runIf', 'onError', 'retry', 'timeoutMs', 'stepTimeoutMs', 'priority', 'critical', 'pinnedOutput'] as const

/** When a node runs, how often it tries, and what happens when it fails. */
export function CommonFields({ config, set, errorOf, paths }: FieldContext) {
  const t = useTranslations('editor.forms')
  const retry = isRecord(config.retry) ? config.retry : {}
  // What no field of it says.
  const retryFault = [...RETRY.map(([name]) => name), 'jitter'].some((name) => errorOf(`retry.${name}`) !== undefined) ? undefined : errorOf('retry')
  const setRetry = (name: string, value: number | boolean | undefined) => {
    const { [name]: _, ...rest } = retry
    const next = value === undefined ? rest : { ...rest, [name]: value }
    set('retry', Object.keys(next).length === 0 ? undefined : next)
  }
  return (
    // A fault must not be folded away.
    <details open={FIELDS.some((field) => errorOf(field) !== undefined)} className="border-t pt-2">
      <summary className="text-xs font-medium">{t('whenItRuns')}</summary>
      <div className="mt-2 flex flex-col gap-3">
        <TemplateField label={t('field.runIf')} hint={t('runIfHint')} error={errorOf('runIf')} rows={2} language="cel" paths={paths} value={textOf(config.runIf)} onChange={(text) => set('runIf', text)} />
        <Field label={t('field.onError')} error={errorOf('onError')}>{(control) => <Select {...control} value={ON_ERROR.find((one) => one === config.onError) ?? 'fail'} onValueChange={(value) => set('onError', value === 'fail' ? undefined : value)} options={ON_ERROR.map((value) => ({ value, label: t(`onError.${value}`) }))} />}</Field>
        <fieldset className="grid grid-cols-2 gap-2">
          <legend className="mb-1 text-xs font-medium">{t('retry')}</legend>
          {RETRY.map(([name, otherwise]) => <NumberField key={name} label={t(`retryField.${name}`)} integer={name !== 'factor'} placeholder={otherwise} value={numberOf(retry[name])} error={errorOf(`retry.${name}`)} onChange={(value) => setRetry(name, value)} />)}
          <Field label={t('retryField.jitter')} error={errorOf('retry.jitter')} inline className="col-span-2">{(control) => <Switch {...control} checked={retry.jitter !== false} onCheckedChange={(on) => setRetry('jitter', on ? undefined : false)} />}</Field>
          {retryFault !== undefined && <p role="alert" className="col-span-2 text-xs text-destructive">{retryFault}</p>}
        </fieldset>
        <div className="grid grid-cols-2 gap-2">
          <NumberField label={t('field.timeoutMs')} integer value={numberOf(config.timeoutMs)} error={errorOf('timeoutMs')} onChange={(value) => set('timeoutMs', value)} />
          <NumberField label={t('field.stepTimeoutMs')} integer value={numberOf(config.stepTimeoutMs)} error={errorOf('stepTimeoutMs')} onChange={(value) => set('stepTimeoutMs', value)} />
          <NumberField label={t('field.priority')} integer placeholder="0–10" value={numberOf(config.priority)} error={errorOf('priority')} onChange={(value) => set('priority', value)} />
        </div>
        <Field label={t('field.critical')} error={errorOf('critical')} hint={t('criticalHint')} inline>{(control) => <Switch {...control} checked={config.critical === true} onCheckedChange={(on) => set('critical', on ? true : undefined)} />}</Field>
        <JsonField label={t('field.pinnedOutput')} hint={t('pinnedHint')} rows={3} value={config.pinnedOutput} error={errorOf('pinnedOutput')} onChange={(value) => set('pinnedOutput', value)} />
      </div>
    </details>
  )
}

'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { receiversIn, sendersIn } from '@/domain/graph/message-links'
import { Field } from '@/components/ui/field'
import { Select, type SelectOption } from '@/components/ui/select'
import { numberOf, textOf, type FieldContext } from './field-context'
import { NumberField } from './number-field'

const MODES = ['send', 'receive'] as const
/** No node has it as its id. */
const ANY = '*'

/** One end of a message: who it is for, or from whom and for how long it is waited for. */
export function MessageFields({ payload, ...context }: FieldContext & { payload: ReactNode }) {
  const t = useTranslations('editor.forms')
  const { config, set, errorOf } = context
  const receives = config.mode === 'receive'
  return (
    <>
      <Field label={t('field.messageMode')} error={errorOf('mode')}>{(control) => <Select {...control} value={receives ? 'receive' : 'send'} onValueChange={(mode) => set('mode', mode === 'send' ? undefined : mode)} options={MODES.map((value) => ({ value, label: t(`messageMode.${value}`) }))} />}</Field>
      {receives ? <ReceiveFields {...context} /> : <SendFields {...context} payload={payload} />}
    </>
  )
}

function SendFields({ config, set, errorOf, levels, payload }: FieldContext & { payload: ReactNode }) {
  const t = useTranslations('editor.forms')
  const to = textOf(config.to)
  const options = optionsOf([levels.own, ...levels.around.toReversed()].flatMap(receiversIn), to)
  const error = errorOf('to')
  return (
    <>
      <Field label={t('field.to')} hint={t('toHint')} required {...(error !== undefined && { error })}>
        {(control) => <Select {...control} value={to} disabled={options.length === 0} onValueChange={(id) => set('to', id)} options={options} />}
      </Field>
      {/* Not the field's hint: an empty field shows its fault in place of that. */}
      {options.length === 0 && <p className="text-xs text-muted-foreground">{t('noReceiver')}</p>}
      {payload}
      <NumberField label={t('field.ttlMs')} hint={t('ttlHint')} integer value={numberOf(config.ttlMs)} error={errorOf('ttlMs')} onChange={(value) => set('ttlMs', value)} />
    </>
  )
}

function ReceiveFields({ config, set, errorOf, levels }: FieldContext) {
  const t = useTranslations('editor.forms')
  const from = textOf(config.from)
  const error = errorOf('from')
  return (
    <>
      <Field label={t('field.from')} hint={t('fromHint')} {...(error !== undefined && { error })}>
        {(control) => <Select {...control} value={from === '' ? ANY : from} onValueChange={(id) => set('from', id === ANY ? undefined : id)} options={[{ value: ANY, label: t('anySender') }, ...optionsOf(sendersIn(levels.own), from)]} />}
      </Field>
      <NumberField label={t('field.waitMs')} integer placeholder="60000" value={numberOf(config.waitMs)} error={errorOf('waitMs')} onChange={(value) => set('waitMs', value)} />
      <NumberField label={t('field.capacity')} hint={t('capacityHint')} integer placeholder="100" value={numberOf(config.capacity)} error={errorOf('capacity')} onChange={(value) => set('capacity', value)} />
    </>
  )
}

/** The nearer node hides one of the same id further out. What is chosen stays to be seen, though it is gone. */
function optionsOf(nodes: readonly { id: string; name: string }[], chosen: string): SelectOption[] {
  const names = new Map<string, string>(chosen === '' ? [] : [[chosen, chosen]])
  for (const { id, name } of nodes.toReversed()) names.set(id, name)
  return [...names].map(([value, label]) => ({ value, label, description: value }))
}

'use client'

import { Plus, Send, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { DeliveryTarget } from '@/domain/alert/alert-rule'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { useTryDelivery } from './alert-queries'
import { draftOf, type RuleFields, type TargetFields } from './rule-fields'

const MOST = 5

/** Who is told, with a test of each address. */
export function DeliveryFields({ ruleId, fields, problems, onChange }: { ruleId: string | undefined; fields: RuleFields; problems: ReadonlySet<string>; onChange: (fields: RuleFields) => void }) {
  const t = useTranslations('alerts.delivery')
  const { delivery } = fields
  const setAll = (next: TargetFields[]) => onChange({ ...fields, delivery: next })
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 text-xs font-medium">{t('title')}</legend>
      {delivery.length === 0 && <p className="text-xs text-muted-foreground">{t('none')}</p>}
      <ol className="flex flex-col gap-2">
        {delivery.map((target, index) => (
          <li key={target.key}>
            <Target
              number={index + 1} target={target} ruleId={ruleId}
              wrong={{ url: target.url !== '' && problems.has(`delivery.${index}.url`), secret: problems.has(`delivery.${index}.secret`) }}
              sent={draftOf({ ...fields, delivery: [target] }).delivery?.[0]}
              onChange={(changed) => setAll(delivery.map((one) => (one.key === target.key ? changed : one)))}
              onRemove={() => setAll(delivery.filter((one) => one.key !== target.key))}
            />
          </li>
        ))}
      </ol>
      {problems.has('delivery') && <p role="alert" className="text-xs text-destructive">{t('twice')}</p>}
      {delivery.length < MOST && <Button size="sm" className="self-start" onClick={() => setAll([...delivery, { key: Math.max(-1, ...delivery.map((one) => one.key)) + 1, kind: 'webhook', url: '', secret: '', signed: false }])}><Plus aria-hidden /> {t('add')}</Button>}
    </fieldset>
  )
}

type TargetProps = { number: number; target: TargetFields; ruleId: string | undefined; wrong: { url: boolean; secret: boolean }; sent: unknown; onChange: (target: TargetFields) => void; onRemove: () => void }

function Target({ number, target, ruleId, wrong, sent, onChange, onRemove }: TargetProps) {
  const t = useTranslations('alerts.delivery')
  const attempt = useTryDelivery()
  const checked = DeliveryTarget.safeParse(sent).data
  // What a test said of an address says nothing of another.
  const change = (part: Partial<TargetFields>) => {
    attempt.reset()
    onChange({ ...target, ...part, signed: target.signed && part.url === undefined })
  }
  return (
    <div role="group" aria-label={t('address', { number })} className="flex flex-col gap-2 rounded-lg border p-3">
      <div className="flex items-end gap-2">
        <Field label={t('kind')} className="w-36">{(control) => <Select {...control} value={target.kind} onValueChange={(kind) => change({ kind })} options={(['webhook', 'slack'] as const).map((value) => ({ value, label: t(value) }))} />}</Field>
        <span className="grow" />
        <Button size="sm" busy={attempt.isPending} disabled={!checked} onClick={() => checked && attempt.mutate({ target: checked, ...(ruleId !== undefined && { ruleId }) })}><Send aria-hidden /> {t('test')}</Button>
        <IconButton size="sm" label={t('remove', { number })} onClick={onRemove}><Trash2 aria-hidden /></IconButton>
      </div>
      <Field label={t('url')} required {...(wrong.url && { error: t('urlWrong') })}>{(control) => <Input {...control} type="url" value={target.url} maxLength={2_000} placeholder="https://" onChange={(event) => change({ url: event.target.value })} />}</Field>
      {target.kind === 'webhook' && (
        <Field label={t('secret')} hint={target.signed ? t('secretKept') : t('secretHint')} {...(wrong.secret && { error: t('secretWrong') })}>
          {(control) => <Input {...control} type="password" autoComplete="off" value={target.secret} maxLength={200} onChange={(event) => change({ secret: event.target.value })} />}
        </Field>
      )}
      {attempt.isSuccess && <p role="status" className="text-xs text-state-completed">{t('testDelivered')}</p>}
      {attempt.error && <ProblemNotice problem={asProblem(attempt.error)} />}
    </div>
  )
}

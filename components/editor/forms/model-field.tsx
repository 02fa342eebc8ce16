'use client'

import { ChevronsUpDown } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuLabel, DropdownMenuTrigger } from '@/components/ui/dropdown-menu'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useModels } from '../editor-queries'
import { InsteadOf } from './instead-of'
import { isServed, modelChoices, type ModelChoice } from './model-choices'

/** Which model an agent asks: one that the fleet serves, chosen, or any name, typed. */
export function ModelField({ value, error, onChange }: { value: string; error: string | undefined; onChange: (model: string) => void }) {
  const t = useTranslations('editor.forms')
  const { fleet, listings, known } = useModels()
  const choices = modelChoices(fleet, listings)
  const chosen = choices.find(({ id }) => id === value)
  const warning = value === '' || !known ? undefined : !chosen ? t('model.unknown') : isServed(chosen) ? undefined : t('model.away')
  return (
    <div className="flex flex-col gap-1">
      <Field label={t('field.model')} hint={chosen && isServed(chosen) ? served(chosen, t) : t('modelHint')} {...(error !== undefined && { error })}>
        {(control) => (
          <div className="flex gap-1">
            <Input {...control} autoComplete="off" spellCheck={false} value={value} onChange={(event) => onChange(event.target.value)} />
            <DropdownMenu>
              <DropdownMenuTrigger asChild><Button aria-label={t('model.choose')} title={t('model.choose')} disabled={choices.length === 0} className="px-2"><ChevronsUpDown aria-hidden /></Button></DropdownMenuTrigger>
              <DropdownMenuContent className="max-w-96">
                <DropdownMenuLabel>{t('model.served')}</DropdownMenuLabel>
                <DropdownMenuItem onSelect={() => onChange('')}>{t('model.any')}</DropdownMenuItem>
                {choices.map((choice) => <DropdownMenuItem key={choice.id} onSelect={() => onChange(choice.id)}><span className="min-w-0"><span className="block truncate font-mono text-xs">{choice.id}</span><span className="block truncate text-2xs text-muted-foreground">{served(choice, t)}</span></span></DropdownMenuItem>)}
              </DropdownMenuContent>
            </DropdownMenu>
          </div>
        )}
      </Field>
      {warning !== undefined && <InsteadOf wanted={value} names={choices.filter(isServed).map(({ id }) => id)} warning={warning} onChoose={onChange} />}
    </div>
  )
}

/** `LoRA of llama · 1 of 2 instances: a`. */
function served({ kind, of = '', instances }: ModelChoice, t: ReturnType<typeof useTranslations<'editor.forms'>>): string {
  const healthy = instances.filter((one) => one.healthy)
  const what = kind === 'model' ? [] : [t(`model.${kind}`, { of })]
  return [...what, t('model.instances', { healthy: healthy.length, count: instances.length }), ...(healthy.length > 0 ? [healthy.slice(0, 3).map(({ id }) => id).join(', ') + (healthy.length > 3 ? ', …' : '')] : [])].join(' · ')
}

'use client'

import { ArrowUp, Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { BROWSER_ACTIONS, type BrowserAction } from '@/domain/graph/browser-actions'
import type { Json } from '@/domain/json'
import { Button } from '@/components/ui/button'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '@/components/ui/dropdown-menu'
import { Field } from '@/components/ui/field'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { textOf, type FieldContext } from './field-context'
import { isRecord } from './schema-fields'
import { TemplateField } from './template-field'

type Do = BrowserAction['do']
type Part = 'url' | 'selector' | 'value' | 'name' | 'as'

/** What each action says, in the order of its fields. */
const PARTS: Record<Do, readonly Part[]> = {
  goto: ['url'], click: ['selector'], fill: ['selector', 'value'], wait: ['selector'], text: ['selector', 'as'], attribute: ['selector', 'name', 'as'], screenshot: ['as'],
}
/** Names and keys; all else is a template. */
const PLAIN: readonly Part[] = ['name', 'as']

/** What is done in the page, one after the other. */
export function BrowserFields({ config, set, errorOf, paths }: FieldContext) {
  const t = useTranslations('editor.forms.browser')
  const entries = Array.isArray(config.actions) ? config.actions.filter(isRecord) : []
  const change = (next: Record<string, Json>[]) => set('actions', next.length === 0 ? undefined : next)
  const add = (act: Do) => change([...entries, { do: act, ...Object.fromEntries(PARTS[act].map((part) => [part, part === 'as' ? freeName(entries, act) : ''])) }])
  const swap = (index: number) => change(entries.map((entry, at) => (at === index - 1 ? entries[index]! : at === index ? entries[index - 1]! : entry)))
  // Said once: at its field, where it has one.
  const atField = entries.some((entry, index) => partsOf(entry).some((part) => errorOf(`actions.${index}.${part}`) !== undefined))
  const error = atField ? undefined : errorOf('actions')
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="text-xs font-medium">{t('title')}</legend>
      <p className="text-xs text-muted-foreground">{t('hint')}</p>
      <ol className="flex flex-col gap-2">
        {entries.map((entry, index) => (
          <li key={index} className="flex flex-col gap-2 rounded-md border p-2">
            <div className="flex items-center gap-1">
              <span className="min-w-0 flex-1 truncate text-xs font-medium">{t('action', { number: index + 1, what: t(`do.${actOf(entry)}`) })}</span>
              {index > 0 && <IconButton size="sm" label={t('up', { number: index + 1 })} onClick={() => swap(index)}><ArrowUp aria-hidden /></IconButton>}
              <IconButton size="sm" label={t('remove', { number: index + 1 })} onClick={() => change(entries.filter((_, at) => at !== index))}><X aria-hidden /></IconButton>
            </div>
            {partsOf(entry).map((part) => {
              const error = errorOf(`actions.${index}.${part}`)
              const put = (text: string) => change(entries.map((one, at) => (at === index ? { ...one, [part]: text } : one)))
              return PLAIN.includes(part)
                ? <Field key={part} label={t(part)} error={error} required>{(control) => <Input {...control} className="font-mono text-xs" value={textOf(entry[part])} onChange={(event) => put(event.target.value)} />}</Field>
                : <TemplateField key={part} label={t(part)} error={error} required={part !== 'value'} rows={1} language="liquid" paths={paths} value={textOf(entry[part])} onChange={put} />
            })}
          </li>
        ))}
      </ol>
      {error !== undefined && <p role="alert" className="text-xs text-state-failed">{error}</p>}
      <DropdownMenu>
        <DropdownMenuTrigger asChild><Button size="sm" className="self-start"><Plus aria-hidden className="size-3.5" /> {t('add')}</Button></DropdownMenuTrigger>
        <DropdownMenuContent>{BROWSER_ACTIONS.map((act) => <DropdownMenuItem key={act} onSelect={() => add(act)}>{t(`do.${act}`)}</DropdownMenuItem>)}</DropdownMenuContent>
      </DropdownMenu>
    </fieldset>
  )
}

function actOf(entry: Record<string, Json>): Do {
  return BROWSER_ACTIONS.find((act) => act === entry.do) ?? 'click'
}

function partsOf(entry: Record<string, Json>): readonly Part[] {
  return PARTS[actOf(entry)]
}

function freeName(entries: readonly Record<string, Json>[], act: Do): string {
  const taken = new Set(entries.map((entry) => entry.as))
  const stem = act === 'screenshot' ? 'picture' : act
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}${number}`
    if (!taken.has(name)) return name
  }
}

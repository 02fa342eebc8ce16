'use client'

import { Braces } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useRef } from 'react'
import { Button } from '@/components/ui/button'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuLabel, DropdownMenuTrigger } from '@/components/ui/dropdown-menu'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'
import type { InsertablePath } from './insertable-paths'

export type TemplateFieldProps = {
  label: string
  hint?: string | undefined
  error?: string | undefined
  required?: boolean
  rows?: number
  value: string
  /** Liquid takes values in `{{ }}`; CEL takes them bare. */
  language: 'liquid' | 'cel'
  paths: readonly InsertablePath[]
  onChange: (text: string) => void
}

/** A template or an expression, with the values at hand that it may use. */
export function TemplateField({ label, hint, error, required = false, rows = 3, value, language, paths, onChange }: TemplateFieldProps) {
  const box = useRef<HTMLDivElement>(null)
  const insert = (path: string) => {
    const area = box.current?.querySelector('textarea')
    const text = language === 'liquid' ? `{{ ${path} }}` : path
    const from = area?.selectionStart ?? value.length
    const to = area?.selectionEnd ?? value.length
    onChange(value.slice(0, from) + text + value.slice(to))
    requestAnimationFrame(() => {
      area?.focus()
      area?.setSelectionRange(from + text.length, from + text.length)
    })
  }
  return (
    <div ref={box} className="relative">
      <Field label={label} required={required} hint={hint} {...(error !== undefined && { error })}>
        {(control) => <Textarea {...control} mono rows={rows} value={value} onChange={(event) => onChange(event.target.value)} />}
      </Field>
      <div className="absolute -top-1 right-0"><InsertMenu label={label} paths={paths} onInsert={insert} /></div>
    </div>
  )
}

function InsertMenu({ label, paths, onInsert }: { label: string; paths: readonly InsertablePath[]; onInsert: (path: string) => void }) {
  const t = useTranslations('editor.forms')
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild><Button size="sm" variant="ghost" className="h-5 gap-1 px-1 text-2xs" aria-label={t('insertInto', { field: label })}><Braces aria-hidden className="size-3!" /> {t('insert')}</Button></DropdownMenuTrigger>
      {/* The menu gives the focus to what was inserted, not back to its button. */}
      <DropdownMenuContent className="max-w-96" onCloseAutoFocus={(event) => event.preventDefault()}>
        <DropdownMenuLabel>{t('insertHint')}</DropdownMenuLabel>
        {paths.map(({ path, type, node }) => (
          <DropdownMenuItem key={path} onSelect={() => onInsert(path)} title={node} shortcut={type}><code className="truncate font-mono text-xs">{path}</code></DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  )
}

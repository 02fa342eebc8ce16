'use client'

import { Braces } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useContext, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { TextPreviewAnswer } from '@/wire/preview'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuLabel, DropdownMenuTrigger } from '@/components/ui/dropdown-menu'
import { textFaultText } from '@/components/graph/issue-text'
import { codeFaults, isAbsence } from '../code/code-faults'
import { languageOf, type CodeLanguage } from '../code/complete-code'
import { keyOfText, textFaults } from '../code/text-faults'
import { useEditorStore, useEditorView, WorkflowIdContext } from '../editor-context'
import { useTextPreview } from '../editor-queries'
import { useLastRun } from '../last-run/last-run-context'
import { glimpse } from '../last-run/last-run-store'
import { CodeInput } from './code-input'
import type { InsertablePath } from './insertable-paths'
import { useTextPaths } from './use-text-paths'

export type TemplateFieldProps = {
  label: string
  hint?: string | undefined
  error?: string | undefined
  required?: boolean
  rows?: number
  value: string
  /** Liquid takes values in `{{ }}`; CEL takes them bare. */
  language: CodeLanguage
  paths: readonly InsertablePath[]
  onChange: (text: string) => void
}

/** A template or an expression, with the values at hand that it may use, what is wrong in it, and what it gives. */
export function TemplateField({ label, hint, error, required = false, rows = 3, value, language, paths: known, onChange }: TemplateFieldProps) {
  const store = useEditorStore()
  const insertInEditor = useRef<(text: string) => void>(undefined)
  const [asked, setAsked] = useState(false)
  const { paths, valueAt } = useTextPaths(known)
  const outermost = useEditorView((view) => view.path.length === 0)
  const hasRun = useLastRun((view) => view.input !== undefined)
  const t = useTranslations('editor')
  const broken = useStore(textFaults(store), (all) => all.get(keyOfText({ language: languageOf(language, value), text: value })))
  // A text that cannot be read gives nothing: what is wrong with it is said once, at the field.
  const worksOut = asked && outermost && value.trim() !== '' && !broken
  const { data, isPlaceholderData } = useTextPreview(useContext(WorkflowIdContext), language, value, worksOut)
  const preview = worksOut ? data : undefined
  // What is shown until the answer is here is of an older text: its places are not this one's.
  const failed = preview && !preview.ok && !isPlaceholderData && (hasRun || !isAbsence(preview)) ? preview.fault : undefined
  const fault = broken ?? failed
  const faults = useMemo(() => codeFaults(value, error, fault, (one) => textFaultText(one, t), paths), [value, error, fault, paths, t])
  const insert = (path: string) => {
    const text = languageOf(language, value) === 'liquid' ? `{{ ${path} }}` : path
    if (insertInEditor.current) insertInEditor.current(text)
    else onChange(value + text)
  }
  return (
    <div className="relative">
      <CodeInput
        {...{ label, hint, error, required, value, language, rows, paths, faults, onChange }} onFocus={() => setAsked(true)} onReady={(next) => (insertInEditor.current = next)}
        glimpseOf={(path) => glimpse(valueAt(path), 200)}
      />
      <div className="absolute -top-1 right-0"><InsertMenu label={label} paths={paths} onInsert={insert} /></div>
      {preview && <Preview preview={preview} hasRun={hasRun} label={label} />}
    </div>
  )
}

/** What the text gives on the last outputs, or on pinned ones. */
function Preview({ preview, hasRun, label }: { preview: TextPreviewAnswer; hasRun: boolean; label: string }) {
  const t = useTranslations('code')
  const words = useTranslations('editor')
  const absent = isAbsence(preview) && !hasRun
  return (
    <section aria-label={t('previewOf', { field: label })} data-testid="text-preview" className="mt-1 rounded-md border border-dashed bg-muted/40 px-2 py-1 text-2xs">
      <p className="text-muted-foreground">{t(hasRun ? 'preview' : 'previewEmpty')}</p>
      {preview.ok
        ? <pre tabIndex={0} className="max-h-40 overflow-auto font-mono leading-4 break-words whitespace-pre-wrap">{typeof preview.value === 'string' ? preview.value : JSON.stringify(preview.value, null, 2)}{preview.cut > 0 && `\n${t('cut', { count: preview.cut })}`}</pre>
        : <p className={cn('break-words', absent ? 'text-muted-foreground' : 'text-state-failed')}>{absent ? t('runFirst') : preview.fault ? textFaultText(preview.fault, words) : preview.message}</p>}
    </section>
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

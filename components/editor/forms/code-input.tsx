'use client'

import { useTranslations } from 'next-intl'
import { lazy, Suspense, useRef, useState } from 'react'
import { Field, type FieldControl } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'
import type { CodeEditorProps } from '../code/code-editor'
import { useEditorStore } from '../editor-context'

// The canvas opens without them; until they are here a plain field takes what is typed.
const CodeEditor = lazy(() => import('../code/code-editor'))
const PythonEditor = lazy(() => import('../code/python-editor'))

type OfEditor = Pick<CodeEditorProps, 'value' | 'language' | 'rows' | 'faults' | 'onChange'> & Partial<Pick<CodeEditorProps, 'paths' | 'placeholder' | 'glimpseOf' | 'onUndo' | 'onRedo' | 'onFocus' | 'onReady'>>
export type CodeInputProps = OfEditor & { label: string; hint?: string | undefined; error?: string | undefined; required?: boolean }

const NONE: readonly never[] = []
const nothing = () => undefined

/** A field for code, with its label, hint and error. */
export function CodeInput({ label, hint, error, required = false, ...props }: CodeInputProps) {
  const box = useRef<HTMLDivElement>(null)
  const focus = () => box.current?.querySelector<HTMLElement>('[contenteditable]')?.focus()
  return (
    <div ref={box} onClick={(event) => event.target instanceof HTMLLabelElement && focus()}>
      <Field label={label} required={required} hint={hint} {...(error !== undefined && { error })}>
        {(control) => (
          <Suspense fallback={<Textarea {...control} mono rows={props.rows} value={props.value} placeholder={props.placeholder} {...(props.language === 'python' && { wrap: 'off' })} onChange={(event) => props.onChange(event.target.value)} onFocus={props.onFocus} />}>
            <Editor control={control} {...props} />
          </Suspense>
        )}
      </Field>
    </div>
  )
}

/** Comes in place of the plain field, and takes over its focus and caret. */
function Editor({ control: { id, ...aria }, paths = NONE, glimpseOf = () => '', onFocus = nothing, onReady = nothing, ...props }: OfEditor & { control: FieldControl }) {
  const t = useTranslations('code')
  const store = useEditorStore()
  const [caret] = useState(() => {
    const plain = document.activeElement
    return plain instanceof HTMLTextAreaElement && plain.id === id ? plain.selectionStart : undefined
  })
  const Shown = props.language === 'python' ? PythonEditor : CodeEditor
  return (
    <Shown
      attributes={{ id, role: 'textbox', 'aria-multiline': 'true', 'aria-labelledby': `${id}-label`, spellcheck: 'false', ...Object.fromEntries(Object.entries(aria).map(([name, is]) => [name, String(is)])) }}
      caret={caret} phrases={{ Completions: t('completions') }} onUndo={store.undo} onRedo={store.redo}
      {...{ paths, glimpseOf, onFocus, onReady }} {...props}
    />
  )
}

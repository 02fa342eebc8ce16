'use client'

import { useTranslations } from 'next-intl'
import { createContext, useContext, useEffect, useEffectEvent, useMemo, useRef } from 'react'
import { useStore } from 'zustand'
import type { Json } from '@/domain/json'
import { jsonFault } from '../code/json-fault'
import { useEditorStore } from '../editor-context'
import { CodeInput } from './code-input'
import { keepTyped, shownJson, typedTexts, typeJson, type TypedJson } from './typed-json'

/** What the fields below belong to: labels alone are not one of a kind. */
export const FieldScope = createContext('')

export type JsonFieldProps = { label: string; hint?: string; error?: string | undefined; value: Json | undefined; rows?: number; placeholder?: string; onChange: (value: Json | undefined) => void }

/**
 * JSON that may be left out. It is taken when it is JSON, and stands in order when the field is opened again: to order it when
 * the field is left would move what the hand is just pressing. What is no JSON yet is marked, and still there then.
 */
export function JsonField({ label, hint, error, value, rows = 5, placeholder, onChange }: JsonFieldProps) {
  const t = useTranslations('editor.forms')
  const store = useEditorStore()
  const texts = typedTexts(store)
  const field = `${useContext(FieldScope)}/${label}`
  // Not in a state of React's: the graph is told within the same stroke, and no picture may show one without the other.
  const typed = useStore(texts, (all) => all[field])
  const shown = shownJson(typed, value)
  const fault = useMemo(() => (shown.trim() === '' ? undefined : jsonFault(shown)), [shown])
  const said = t('notJson')
  const faults = useMemo(() => (fault ? [{ ...fault, message: said }] : []), [fault, said])
  const takenBack = useRef<TypedJson>(undefined)
  const keep = (next: TypedJson | undefined) => keepTyped(texts, field, next)
  const leave = useEffectEvent(() => !fault && keep(undefined))
  useEffect(() => () => void leave(), [])
  return (
    <CodeInput
      label={label} hint={hint} error={fault ? said : error} rows={rows} language="json" value={shown} placeholder={placeholder} faults={faults}
      onChange={(text) => {
        const next = typeJson(text, value)
        takenBack.current = undefined
        keep(next.typed)
        if (next.taken) onChange(next.taken.value)
      }}
      // What is no JSON yet is not in the graph: to take it back is not the graph's undo.
      onUndo={() => {
        takenBack.current = fault ? typed : undefined
        keep(undefined)
        if (!fault) store.undo()
      }}
      onRedo={() => {
        if (takenBack.current) keep(takenBack.current)
        else store.redo()
        takenBack.current = undefined
      }}
    />
  )
}

'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { Json } from '@/domain/json'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'
import { parseJson } from './schema-fields'

/** JSON that may be left out. It is taken when it is JSON, and set in order when the field is left. */
export function JsonField({ label, hint, error, value, rows = 5, placeholder, onChange }: { label: string; hint?: string; error?: string | undefined; value: Json | undefined; rows?: number; placeholder?: string; onChange: (value: Json | undefined) => void }) {
  const t = useTranslations('editor.forms')
  const [text, setText] = useState<string>()
  const shown = text ?? (value === undefined ? '' : JSON.stringify(value, null, 2))
  const wrong = shown.trim() !== '' && parseJson(shown) === undefined
  return (
    <Field label={label} hint={hint} {...((wrong || error !== undefined) && { error: wrong ? t('notJson') : error })}>
      {(control) => (
        <Textarea
          {...control} mono rows={rows} value={shown} placeholder={placeholder}
          onChange={(event) => {
            setText(event.target.value)
            if (event.target.value.trim() === '') return onChange(undefined)
            const parsed = parseJson(event.target.value)
            if (parsed) onChange(parsed.value)
          }}
          onBlur={() => !wrong && setText(undefined)}
        />
      )}
    </Field>
  )
}

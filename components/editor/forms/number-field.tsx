'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'

/** A number that may be left out. What is not one stays in the field, says so, and is not taken. */
export function NumberField({ label, hint, error, value, placeholder, integer = false, onChange }: { label: string; hint?: string; error?: string | undefined; value: number | undefined; placeholder?: string; integer?: boolean; onChange: (value: number | undefined) => void }) {
  const t = useTranslations('editor.forms')
  const [text, setText] = useState<string>()
  const shown = text ?? (value === undefined ? '' : String(value))
  const number = Number(shown)
  const wrong = shown.trim() !== '' && (!Number.isFinite(number) || (integer && !Number.isInteger(number)))
  return (
    <Field label={label} hint={hint} {...((wrong || error !== undefined) && { error: wrong ? t(integer ? 'notInteger' : 'notNumber') : error })}>
      {(control) => (
        <Input
          {...control} inputMode="decimal" value={shown} placeholder={placeholder}
          onChange={(event) => {
            const next = event.target.value
            setText(next)
            if (next.trim() === '') onChange(undefined)
            else if (Number.isFinite(Number(next)) && (!integer || Number.isInteger(Number(next)))) onChange(Number(next))
          }}
          onBlur={() => !wrong && setText(undefined)}
        />
      )}
    </Field>
  )
}

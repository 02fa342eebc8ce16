'use client'

import { useRef } from 'react'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/textarea'
import { typeInCode } from './code-keys'

/** Code, with Tab to indent. Escape, then Tab leaves the field: no keyboard is caught in it. */
export function CodeField({ label, hint, error, value, onChange }: { label: string; hint: string; error?: string | undefined; value: string; onChange: (code: string) => void }) {
  const leaving = useRef(false)
  const press = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Escape' && !leaving.current) {
      leaving.current = true
      event.stopPropagation()
      return
    }
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.nativeEvent.isComposing
    if (plain && (event.key === 'Enter' || (event.key === 'Tab' && !leaving.current))) {
      event.preventDefault()
      const area = event.currentTarget
      const typed = typeInCode({ text: area.value, from: area.selectionStart, to: area.selectionEnd }, event.key === 'Enter' ? 'Enter' : event.shiftKey ? 'BackTab' : 'Tab')
      // At once, not when the page is drawn: what is typed meanwhile would stand where the caret was.
      area.value = typed.text
      area.setSelectionRange(typed.from, typed.to)
      onChange(typed.text)
    }
    if (event.key !== 'Shift') leaving.current = false
  }
  return (
    <Field label={label} required hint={hint} {...(error !== undefined && { error })}>
      {(control) => <Textarea {...control} mono rows={12} wrap="off" value={value} onChange={(event) => onChange(event.target.value)} onKeyDown={press} onBlur={() => (leaving.current = false)} />}
    </Field>
  )
}

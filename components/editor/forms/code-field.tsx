'use client'

import { CodeInput } from './code-input'

const NO_FAULTS: readonly never[] = []

/** Python, with Tab to indent. Escape, then Tab leaves the field: no keyboard is caught in it. */
export function CodeField({ label, hint, error, value, onChange }: { label: string; hint: string; error?: string | undefined; value: string; onChange: (code: string) => void }) {
  return <CodeInput label={label} hint={hint} error={error} required rows={12} language="python" value={value} faults={NO_FAULTS} onChange={onChange} />
}

'use client'

import { useTranslations } from 'next-intl'
import type { Json } from '@/domain/json'
import { readableJson } from './readable-json'

const MOST = 100_000

/** A value as people read it: text as text, all else as indented JSON. Very long ones are cut, and say so. */
export function JsonView({ value, label }: { value: Json | undefined; label: string }) {
  const t = useTranslations('run')
  if (value === undefined) return <p className="py-3 text-sm text-muted-foreground">{t('nothingYet')}</p>
  const text = typeof value === 'string' ? value : readableJson(value)
  return (
    <div role="group" aria-label={label} tabIndex={0} className="max-h-full overflow-auto rounded-md border bg-muted/50 p-2.5">
      <pre className="font-mono text-xs leading-5 break-words whitespace-pre-wrap">{text.slice(0, MOST)}</pre>
      {text.length > MOST && <p className="pt-2 text-xs text-muted-foreground">{t('cut', { count: text.length - MOST })}</p>}
    </div>
  )
}

'use client'

import { useTranslations } from 'next-intl'
import type { Json } from '@/domain/json'
import { largeOf, type LargeValue } from '@/domain/run/large-value'
import { LargeValueView } from './large-value-view'
import { readableJson } from './readable-json'

const MOST = 100_000

/** A value as people read it: text as text, all else as indented JSON. Very long ones are cut, and say so; one that did not come along is loaded when asked for. */
export function JsonView({ value, label }: { value: Json | LargeValue | undefined; label: string }) {
  const large = largeOf(value)
  // What somebody asked for is shown to its end.
  if (large) return <LargeValueView key={large.hash} value={large} label={label}>{(whole) => <ShownJson value={whole} label={label} most={Infinity} />}</LargeValueView>
  return <ShownJson value={value as Json | undefined} label={label} most={MOST} />
}

function ShownJson({ value, label, most }: { value: Json | undefined; label: string; most: number }) {
  const t = useTranslations('run')
  if (value === undefined) return <p className="py-3 text-sm text-muted-foreground">{t('nothingYet')}</p>
  const text = typeof value === 'string' ? value : readableJson(value)
  return (
    <div role="group" aria-label={label} tabIndex={0} className="max-h-full overflow-auto rounded-md border bg-muted/50 p-2.5">
      <pre className="font-mono text-xs leading-5 break-words whitespace-pre-wrap">{text.length > most ? text.slice(0, most) : text}</pre>
      {text.length > most && <p className="pt-2 text-xs text-muted-foreground">{t('cut', { count: text.length - most })}</p>}
    </div>
  )
}

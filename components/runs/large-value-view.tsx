'use client'

import { Download } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useState, type ReactNode } from 'react'
import type { Json } from '@/domain/json'
import { formatBytes } from '@/domain/metric/figures'
import type { LargeValue } from '@/domain/run/large-value'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { useRunId } from './run-context'
import { useWholeValue } from './run-queries'

/** The beginning of a value that is not here, how large it is, and the way to all of it. */
export function LargeValueView({ value, label, children }: { value: LargeValue; label: string; /** Shows it once it is here. */ children: (whole: Json) => ReactNode }) {
  const [wanted, setWanted] = useState(false)
  const loaded = useWholeValue(useRunId(), value, wanted)
  if (loaded.value !== undefined) return children(loaded.value)
  return (
    <div role="group" aria-label={label} tabIndex={0} className="max-h-full space-y-2 overflow-auto rounded-md border bg-muted/50 p-2.5">
      <pre className="font-mono text-xs leading-5 break-words whitespace-pre-wrap">{value.preview}…</pre>
      {loaded.error
        ? <ProblemNotice problem={asProblem(loaded.error)} onRetry={loaded.retry} />
        : <LoadWhole bytes={value.bytes} busy={loaded.isLoading} onLoad={() => setWanted(true)} />}
    </div>
  )
}

export function LoadWhole({ bytes, busy, onLoad }: { bytes: number; busy: boolean; onLoad: () => void }) {
  const t = useTranslations('run.large')
  const locale = useLocale()
  return <Button size="sm" busy={busy} onClick={onLoad}><Download aria-hidden className="size-3.5" /> {t('load', { size: formatBytes(bytes, locale) })}</Button>
}

'use client'

import type { ReactNode } from 'react'
import type { Failure } from '@/domain/run/run-event'
import { useProblemWords } from '@/components/live/problem-words'

/** What went wrong and what to do about it; `children` say what became of it. */
export function FailureText({ error, children }: { error: Failure; children?: ReactNode }) {
  const { title, detail, hint } = useProblemWords()(error)
  return (
    <div role="alert" className="space-y-1 rounded-md border border-state-failed-border bg-state-failed-soft p-3 text-sm">
      <p className="font-mono text-xs">{error.code}</p>
      <p className="font-medium break-words whitespace-pre-wrap">{title}</p>
      {detail !== undefined && <p className="break-words whitespace-pre-wrap">{detail}</p>}
      {hint && <p className="text-muted-foreground">{hint}</p>}
      {children}
    </div>
  )
}

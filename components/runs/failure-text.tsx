import type { ReactNode } from 'react'
import type { Failure } from '@/domain/run/run-event'

/** What went wrong and what to do about it; `children` say what became of it. */
export function FailureText({ error, children }: { error: Failure; children?: ReactNode }) {
  return (
    <div role="alert" className="space-y-1 rounded-md border border-state-failed-border bg-state-failed-soft p-3 text-sm">
      <p className="font-mono text-xs">{error.code}</p>
      <p className="break-words whitespace-pre-wrap">{error.message}</p>
      {error.hint && <p className="text-muted-foreground">{error.hint}</p>}
      {children}
    </div>
  )
}

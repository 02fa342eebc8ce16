'use client'

import { useState, type ReactNode } from 'react'
import type { Json } from '@/domain/json'
import type { LargeValue } from '@/domain/run/large-value'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { LoadWhole } from './large-value-view'
import { shownOutput } from './output-text'
import { useWholeValue } from './run-queries'
import { TextDiff } from './text-diff'

/** An output and the run that holds it. */
type HeldOutput = { runId: string; value: Json | LargeValue }

/** Characters of an output that somebody asked for. */
const MOST_ASKED = 100_000

/** How one output differs from another; of large ones their beginnings, until they are asked for. */
export function OutputDiff({ label, before, after }: { label: string; before: HeldOutput; after: HeldOutput }) {
  return <OfLarge outputs={[before, after]}>{(one, other) => <TextDiff label={label} before={one} after={other} />}</OfLarge>
}

/** One output as it is. */
export function OutputView({ label, output }: { label: string; output: HeldOutput }) {
  return <OfLarge outputs={[output, output]}>{(text) => <pre tabIndex={0} aria-label={label} role="group" className="max-h-56 overflow-auto font-mono text-xs break-words whitespace-pre-wrap">{text}</pre>}</OfLarge>
}

function OfLarge({ outputs: [one, other], children }: { outputs: readonly [HeldOutput, HeldOutput]; children: (one: string, other: string) => ReactNode }) {
  const [wanted, setWanted] = useState(false)
  const both = [useWholeValue(one.runId, one.value, wanted), useWholeValue(other.runId, other.value, wanted)]
  const missing = both.filter(({ value }) => value === undefined)
  const failed = missing.find(({ error }) => error)
  const textOf = (at: 0 | 1) => shownOutput(both[at]!.value ?? [one, other][at]!.value, wanted ? MOST_ASKED : undefined)
  return (
    <div className="space-y-2">
      {children(textOf(0), textOf(1))}
      {failed?.error && <ProblemNotice problem={asProblem(failed.error)} onRetry={failed.retry} />}
      {missing.length > 0 && !failed && <LoadWhole bytes={Math.max(...missing.map(({ large }) => large?.bytes ?? 0))} busy={missing.some(({ isLoading }) => isLoading)} onLoad={() => setWanted(true)} />}
    </div>
  )
}

'use client'

import { SquareArrowOutUpRight } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { formatDuration } from '@/domain/metric/figures'
import { largeOf } from '@/domain/run/large-value'
import type { RunGraph } from '@/domain/run/run-graph'
import { noStep } from '@/domain/run/run-state'
import { turnsSeen, type ToolCall, type TurnSeen } from '@/domain/run/tool-loop'
import { sentencesOf, useProblemWords } from '@/components/live/problem-words'
import { Badge } from '@/components/ui/badge'
import { IconButton } from '@/components/ui/icon-button'
import { JsonView } from './json-view'
import { useRunStore, useRunView, useShownStep } from './run-context'
import { stepDuration, textOfStep } from './run-figures'
import { StatusBadge } from './status-badge'
import { useMoment } from './use-moment'

/** What an agent with tools did, turn by turn: what the model said, what it called, and what came of that. */
export function StepTurns({ stepKey, turn }: { stepKey: string; turn: RunGraph }) {
  const t = useTranslations('run.turns')
  const run = useRunView((view) => view.shown)
  const turns = turnsSeen(run, turn, stepKey)
  if (turns.length === 0) return <p className="py-3 text-sm text-muted-foreground">{t('notYet')}</p>
  return <ol aria-label={t('label')} className="space-y-2">{turns.map((one) => <TurnCard key={one.index} turn={one} />)}</ol>
}

function TurnCard({ turn: { index, modelKey, text, calls } }: { turn: TurnSeen }) {
  const t = useTranslations('run.turns')
  const run = useTranslations('run')
  const words = useProblemWords()
  const model = useShownStep(modelKey) ?? noStep
  const said = text ?? (textOfStep(model) || (model.state.kind === 'completed' ? largeOf(model.state.output) : undefined))
  return (
    <li className="rounded-md border text-sm">
      <div className="flex flex-wrap items-center gap-2 px-2.5 py-1.5">
        <span className="font-medium">{t('turn', { number: index + 1 })}</span>
        <StatusBadge compact status={model.state.kind} />
        {text !== undefined && <span className="text-xs text-muted-foreground">{calls.length > 0 ? t('asked', { count: calls.length }) : t('answered')}</span>}
        {model.reusedFrom !== undefined && <Badge title={run('reusedFrom', { run: model.reusedFrom })}>{t('takenOver')}</Badge>}
        <StepFacts stepKey={modelKey} />
      </div>
      {model.state.kind === 'failed' && <p className="px-2.5 pb-2 text-xs break-words text-state-failed">{sentencesOf(words(model.state.error))}</p>}
      {said !== undefined && said !== '' && <div className="px-2.5 pb-2"><JsonView value={said} label={t('said')} /></div>}
      {calls.map(({ key, call }) => <CallRow key={key} stepKey={key} call={call} />)}
    </li>
  )
}

function CallRow({ stepKey, call }: { stepKey: string; call: ToolCall }) {
  const t = useTranslations('run.turns')
  const words = useProblemWords()
  const step = useShownStep(stepKey) ?? noStep
  const { state } = step
  return (
    <section aria-label={call.name} className="border-t px-2.5 py-1.5">
      <div className="flex flex-wrap items-center gap-2">
        <Badge className="font-mono"><span className="truncate">{call.name}</span></Badge>
        <StatusBadge compact status={state.kind} />
        <StepFacts stepKey={stepKey} />
      </div>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 gap-y-1 text-xs">
        <dt className="text-muted-foreground">{t('arguments')}</dt>
        <dd><pre className="max-h-32 overflow-auto font-mono break-words whitespace-pre-wrap" tabIndex={0}>{glance(call.arguments)}</pre></dd>
        {state.kind === 'completed' && <><dt className="text-muted-foreground">{t('result')}</dt><dd>{largeOf(state.output) ? <JsonView value={state.output} label={t('result')} /> : <pre className="max-h-40 overflow-auto font-mono break-words whitespace-pre-wrap" tabIndex={0}>{glance(state.output)}</pre>}</dd></>}
        {state.kind === 'failed' && <><dt className="text-muted-foreground">{t('result')}</dt><dd className="break-words whitespace-pre-wrap text-state-failed"><span className="font-mono">{state.error.code}</span> {sentencesOf(words(state.error))}</dd></>}
      </dl>
    </section>
  )
}

const MOST = 4_000

function glance(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 1)
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text
}

/** How long it took, and the way to its own panel. */
function StepFacts({ stepKey }: { stepKey: string }) {
  const t = useTranslations('run.turns')
  const locale = useLocale()
  const store = useRunStore()
  const step = useShownStep(stepKey)
  const moment = useMoment(step?.state.kind === 'running')
  return (
    <span className="ml-auto flex items-center gap-1 text-xs text-muted-foreground tabular-nums">
      {step && formatDuration(stepDuration(step, moment), locale)}
      <IconButton size="sm" label={t('open')} onClick={() => store.select(stepKey)}><SquareArrowOutUpRight aria-hidden /></IconButton>
    </span>
  )
}

'use client'

import { GitFork, Workflow, X } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { isRemark, type Graph, type NodeType } from '@/domain/graph/graph'
import { largeOf } from '@/domain/run/large-value'
import type { Failure } from '@/domain/run/run-event'
import { locate } from '@/domain/run/run-graph'
import { noStep, type Step } from '@/domain/run/run-state'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Tabs, TabsContent, TabsList, TabsTrigger } from '@/components/ui/tabs'
import { FailureText } from './failure-text'
import { GrowingText } from './growing-text'
import { JsonView } from './json-view'
import { RunLogs } from './run-logs'
import { compiledGraph } from './compiled-graph'
import { EditLink } from './edit-link'
import { useRunStore, useRunView, useShownStep } from './run-context'
import { textOfStep, writingStep } from './run-figures'
import { StatusBadge } from './status-badge'
import { StepAttempts } from './step-attempts'
import { StepRoute } from './step-route'
import { StepTiming } from './step-timing'
import { StepTurns } from './step-turns'

const TABS = ['turns', 'input', 'output', 'text', 'logs', 'attempts', 'timing', 'route'] as const

/** Everything known of the selected step at the shown moment. */
export function StepPanel({ graph, stepKey, onFork }: { graph: Graph; stepKey: string; onFork: (nodeId: string) => void }) {
  const t = useTranslations('run')
  const store = useRunStore()
  const step = useShownStep(stepKey) ?? noStep
  const place = locate(compiledGraph(graph), stepKey)
  const waits = step.state.kind === 'running' && place?.node.type === 'approval'
  const node = graph.nodes.find((found) => found.id === stepKey)
  const turn = place?.level.loops.get(place.node.id)
  // What was chosen holds for the next step too, where that has it.
  const [chosen, setTab] = useState<string>()
  const tab = chosen === undefined || (chosen === 'turns' && !turn) ? (turn ? 'turns' : 'output') : chosen
  const writing = useRunView((view) => writingStep(view.shown, stepKey))
  return (
    <aside aria-label={t('stepPanel')} className="flex h-full min-h-0 flex-col bg-card">
      <header className="flex items-center gap-2 border-b px-3 py-2">
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-sm font-semibold">{place?.node.name ?? stepKey}</h2>
          <p className="truncate font-mono text-2xs text-muted-foreground">{stepKey}</p>
        </div>
        <StatusBadge status={waits ? 'waiting' : step.state.kind} />
        {place && <EditLink stepKey={stepKey} />}
        {node && !isRemark(node.type) && (
          <Button size="sm" onClick={() => onFork(node.id)}>
            <GitFork aria-hidden className="size-3.5" /> {t('forkHere')}
          </Button>
        )}
        <IconButton size="sm" label={t('closePanel')} onClick={() => store.select(undefined)}><X aria-hidden /></IconButton>
      </header>
      <SkipNote step={step} graph={graph} />
      <SubRunNote step={step} />
      <Tabs value={tab} onValueChange={setTab} className="flex min-h-0 flex-1 flex-col gap-0">
        <TabsList label={t('stepTabs')}>
          {TABS.filter((name) => name !== 'turns' || turn).map((name) => <TabsTrigger key={name} value={name}>{t(`tab.${name}`)}{name === 'attempts' && step.attempts.length > 1 ? ` ${step.attempts.length}` : ''}</TabsTrigger>)}
        </TabsList>
        {turn && <TabsContent value="turns" className="min-h-0 flex-1 overflow-auto p-3"><StepTurns stepKey={stepKey} turn={turn} /></TabsContent>}
        <TabsContent value="input" className="min-h-0 flex-1 overflow-auto p-3"><JsonView value={step.input} label={t('tab.input')} /></TabsContent>
        <TabsContent value="output" className="min-h-0 flex-1 overflow-auto p-3"><StepResult step={step} type={place?.node.type} /></TabsContent>
        <TabsContent value="text" className="min-h-0 flex-1 overflow-auto p-3"><StepText key={stepKey} step={writing ?? step} label={t('tab.text')} /></TabsContent>
        <TabsContent value="logs" className="min-h-0 flex-1 p-3"><RunLogs nodeId={stepKey} /></TabsContent>
        <TabsContent value="attempts" className="min-h-0 flex-1 overflow-auto p-3"><StepAttempts step={step} /></TabsContent>
        <TabsContent value="timing" className="min-h-0 flex-1 overflow-auto p-3"><StepTiming graph={graph} stepKey={stepKey} /></TabsContent>
        <TabsContent value="route" className="min-h-0 flex-1 overflow-auto p-3"><StepRoute step={step} /></TabsContent>
      </Tabs>
    </aside>
  )
}

/** What a step wrote; a result that was taken over and is large has it in what is not here. */
function StepText({ step, label }: { step: Step; label: string }) {
  const text = textOfStep(step)
  const large = text === '' && step.state.kind === 'completed' ? largeOf(step.state.output) : undefined
  return large ? <JsonView value={large} label={label} /> : <GrowingText text={text} label={label} />
}

function StepResult({ step, type }: { step: Step; type: NodeType | undefined }) {
  const t = useTranslations('run')
  if (step.state.kind === 'failed') {
    const { error } = step.state
    return (
      <FailureText error={error}>
        <p className="text-xs text-muted-foreground">{retryText(error, step.attempts.length, type, t)}</p>
      </FailureText>
    )
  }
  return <JsonView value={step.state.kind === 'completed' ? step.state.output : undefined} label={t('tab.output')} />
}

/** Whether trying again could have helped, and how often it was tried. */
function retryText(error: Failure, attempts: number, type: NodeType | undefined, t: ReturnType<typeof useTranslations<'run'>>): string {
  if (error.code === 'TIMEOUT' && !error.retryable) return t('timeIsOver', { attempts })
  if (type === 'map') return t('itemFailed')
  return error.retryable ? t('gaveUp', { attempts }) : t('notRetried')
}

/** Why a step was not run, or that its result was taken over. */
function SkipNote({ step, graph }: { step: Step; graph: Graph }) {
  const t = useTranslations('run')
  const nameOf = (id: string) => graph.nodes.find((node) => node.id === id)?.name ?? id
  const notes: string[] = []
  if (step.state.kind === 'skipped') {
    const { reason } = step.state
    if (reason.kind === 'run-if-false' || reason.kind === 'disabled') notes.push(t(`skip.${reason.kind}`))
    else if (reason.kind === 'error-skipped') notes.push(t('skip.error-skipped', { message: reason.message }))
    else notes.push(t(`skip.${reason.kind}`, { cause: nameOf(reason.cause) }))
  }
  if (step.reusedFrom !== undefined) notes.push(t('reusedFrom', { run: step.reusedFrom }))
  if (step.pinned) notes.push(t('pinnedNote'))
  if (notes.length === 0) return null
  return <p className="border-b bg-muted/60 px-3 py-2 text-xs">{notes.join(' ')}</p>
}

/** The run that the step started, and waits for or took its output from. */
function SubRunNote({ step: { subRun } }: { step: Step }) {
  const t = useTranslations('run')
  if (!subRun) return null
  const version = subRun.version === 'draft' ? t('draft') : t('subRunVersion', { version: subRun.version })
  return (
    <p className="flex flex-wrap items-center gap-x-1 border-b bg-muted/60 px-3 py-2 text-xs">
      <Workflow aria-hidden className="size-3" /> {t('subRun', { workflow: subRun.workflowName, version })} <Link href={`/runs/${subRun.runId}`} className="font-mono underline underline-offset-2">{subRun.runId}</Link>
      {subRun.goesOnFrom !== undefined && <>{t('subRunGoesOn')} <Link href={`/runs/${subRun.goesOnFrom}`} className="font-mono underline underline-offset-2">{subRun.goesOnFrom}</Link></>}
    </p>
  )
}

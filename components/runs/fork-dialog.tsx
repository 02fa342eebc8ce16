'use client'

import { Plus, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useEffectEvent, useState } from 'react'
import type { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { forkedGraph } from '@/domain/run/fork-run'
import { planFork } from '@/domain/run/plan-fork'
import { outputOf } from '@/domain/run/scope'
import { noStep } from '@/domain/run/run-state'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { useTokenPrices } from '@/components/live/use-token-prices'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Skeleton } from '@/components/ui/skeleton'
import { Textarea } from '@/components/ui/textarea'
import { MOST_BRANCHES } from '@/wire/runs'
import { draftOf, letterOf, outputText, TEXT_FIELDS, wantedOf, withBranch, withoutBranch, type BranchDraft, type Edit } from './branch-draft'
import { ForkPlanView } from './fork-plan'
import { useRunId, useRunView } from './run-context'
import { useForkRuns, useWholeValue, type ForkWanted } from './run-queries'
import { branchesPath } from './run-paths'
import { useWorkflowFigures } from './use-trace'

/** New runs from one of this run's nodes: what is before it is taken over, what is edited here runs differently. Several branches start together. */
export function ForkDialog({ graph, nodeId, onClose }: { graph: Graph; nodeId: string; onClose: () => void }) {
  const t = useTranslations('run.fork')
  const common = useTranslations('common')
  const router = useRouter()
  const runId = useRunId()
  const node = graph.nodes.find((found) => found.id === nodeId)!
  const step = useRunView((view) => view.head.steps[nodeId]) ?? noStep
  const forks = useForkRuns(runId)
  const given = outputOf(step) ?? null
  const [branches, setBranches] = useState<BranchDraft[]>(() => [draftOf(node, given)])
  const [at, setAt] = useState(0)
  const [fault, setFault] = useState<string>()
  const draft = branches[at]!

  function send() {
    const wanted = branches.map((branch) => wantedOf(node, branch))
    const wrong = wanted.indexOf(undefined)
    if (wrong >= 0) {
      setAt(wrong)
      return setFault(t('notJson'))
    }
    setFault(undefined)
    forks.mutate(wanted.flatMap((one) => one ?? []), { onSuccess: ({ ids }) => router.push(ids.length === 1 ? `/runs/${ids[0]}` : branchesPath(runId, ids)) })
  }

  const several = branches.length > 1
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        size="lg"
        title={t('title', { name: node.name })}
        description={t('description')}
        closeLabel={common('close')}
        className="flex flex-col gap-3"
        footer={<><Button onClick={onClose}>{common('cancel')}</Button><Button variant="primary" busy={forks.isPending} disabled={branches.some(isToBeLoaded)} onClick={send}>{several ? t('startAll', { count: branches.length }) : t('start')}</Button></>}
      >
        <div className="flex flex-wrap items-center gap-2">
          {several && <SegmentedControl label={t('branches')} value={String(at)} onValueChange={(value) => setAt(Number(value))} segments={branches.map((_, index) => ({ value: String(index), label: letterOf(index) }))} />}
          <Button size="sm" disabled={branches.length >= MOST_BRANCHES} onClick={() => (setBranches(withBranch(branches, at)), setAt(branches.length))}><Plus aria-hidden className="size-3.5" /> {t('addBranch')}</Button>
          {several && <Button size="sm" onClick={() => (setBranches(withoutBranch(branches, at)), setAt(Math.max(0, at - 1)))}><Trash2 aria-hidden className="size-3.5" /> {t('removeBranch', { name: letterOf(at) })}</Button>}
        </div>
        {isToBeLoaded(draft) && <LoadOutput runId={runId} value={given} onLoaded={(output) => setBranches((all) => all.map((branch) => ({ ...branch, output: branch.output ?? output })))} />}
        <BranchForm draft={draft} fault={fault} onChange={(change) => setBranches(branches.map((branch, index) => (index === at ? { ...branch, ...change } : branch)))} />
        <Plan graph={graph} wanted={wantedOf(node, draft) ?? { fromNode: nodeId }} />
        {forks.error && <ProblemNotice problem={asProblem(forks.error)} />}
      </DialogContent>
    </Dialog>
  )
}

const isToBeLoaded = ({ edit, output }: BranchDraft) => edit === 'output' && output === undefined

/** Whoever wants to edit a large output has asked for it. */
function LoadOutput({ runId, value, onLoaded }: { runId: string; value: Json; onLoaded: (output: string) => void }) {
  const whole = useWholeValue(runId, value, true)
  const loaded = useEffectEvent((output: Json) => onLoaded(outputText(output)))
  useEffect(() => {
    if (whole.value !== undefined) loaded(whole.value)
  }, [whole.value])
  return whole.error ? <ProblemNotice problem={asProblem(whole.error)} onRetry={whole.retry} /> : <Skeleton className="h-56" />
}

function BranchForm({ draft, fault, onChange }: { draft: BranchDraft; fault: string | undefined; onChange: (change: Partial<BranchDraft>) => void }) {
  const t = useTranslations('run.fork')
  const textFields = TEXT_FIELDS.filter((field) => field in draft.texts)
  const write = (field: string, text: string) => onChange({ texts: { ...draft.texts, [field]: text } })
  return (
    <>
      <SegmentedControl<Edit> label={t('what')} value={draft.edit} onValueChange={(edit) => onChange({ edit })} segments={[{ value: 'config', label: t('editConfig') }, { value: 'output', label: t('editOutput') }, { value: 'none', label: t('editNothing') }]} />
      {draft.edit === 'config' && textFields.map((field) => (
        <Field key={field} label={t(`field.${field}`)} hint={field === 'model' ? t('modelHint') : undefined}>
          {(control) => (field === 'model'
            ? <Input {...control} value={draft.texts[field]} onChange={(event) => write(field, event.target.value)} />
            : <Textarea {...control} mono rows={field === 'prompt' ? 8 : 4} value={draft.texts[field]} onChange={(event) => write(field, event.target.value)} />)}
        </Field>
      ))}
      {draft.edit === 'config' && textFields.length === 0 && (
        <Field label={t('config')} error={fault}>{(control) => <Textarea {...control} mono rows={10} value={draft.config} onChange={(event) => onChange({ config: event.target.value })} />}</Field>
      )}
      {draft.edit === 'output' && draft.output !== undefined && (
        <Field label={t('output')} hint={t('outputHint')} error={fault}>{(control) => <Textarea {...control} mono rows={10} value={draft.output} onChange={(event) => onChange({ output: event.target.value })} />}</Field>
      )}
      {draft.edit === 'none' && <p className="text-sm text-muted-foreground">{t('nothingHint')}</p>}
    </>
  )
}

/** Follows what is edited: an output that is given spares its node. */
function Plan({ graph, wanted: { fromNode, overrides = {} } }: { graph: Graph; wanted: ForkWanted }) {
  const head = useRunView((view) => view.head)
  const prices = useTokenPrices()
  const history = useWorkflowFigures()?.agents ?? {}
  return <ForkPlanView graph={graph} plan={planFork(head, forkedGraph(graph, overrides), { from: fromNode, overrides, newInput: false }, history, prices)} />
}

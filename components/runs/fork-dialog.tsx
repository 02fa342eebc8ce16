'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { Graph, GraphNode } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import { forkedGraph } from '@/domain/run/fork-run'
import { planFork } from '@/domain/run/plan-fork'
import { outputOf } from '@/domain/run/scope'
import { noStep } from '@/domain/run/run-state'
import { asProblem } from '@/components/live/problem-error'
import { ProblemNotice } from '@/components/live/problem-notice'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Textarea } from '@/components/ui/textarea'
import { ForkPlanView } from './fork-plan'
import { useRunId, useRunView } from './run-context'
import { useForkRun, type ForkWanted } from './run-queries'
import { useWorkflowFigures } from './use-trace'

type Edit = 'config' | 'output' | 'none'
type Draft = { edit: Edit; texts: Record<string, string>; config: string; output: string }

const TEXT_FIELDS = ['system', 'prompt', 'expression', 'url', 'body', 'value'] as const

/** A new run from one of this run's nodes: what is before it is taken over, what is edited here runs differently. */
export function ForkDialog({ graph, nodeId, onClose }: { graph: Graph; nodeId: string; onClose: () => void }) {
  const t = useTranslations('run.fork')
  const common = useTranslations('common')
  const router = useRouter()
  const node = graph.nodes.find((found) => found.id === nodeId)!
  const step = useRunView((view) => view.head.steps[nodeId]) ?? noStep
  const fork = useForkRun(useRunId())
  const [draft, setDraft] = useState<Draft>(() => draftOf(node, outputOf(step) ?? null))
  const [fault, setFault] = useState<string>()

  function send() {
    const given = wantedOf(node, draft)
    if (given === undefined) return setFault(t('notJson'))
    setFault(undefined)
    fork.mutate(given, { onSuccess: ({ id }) => router.push(`/runs/${id}`) })
  }

  const wanted = wantedOf(node, draft) ?? { fromNode: nodeId }
  const textFields = TEXT_FIELDS.filter((field) => field in draft.texts)
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        size="lg"
        title={t('title', { name: node.name })}
        description={t('description')}
        closeLabel={common('close')}
        className="flex flex-col gap-3"
        footer={<><Button onClick={onClose}>{common('cancel')}</Button><Button variant="primary" busy={fork.isPending} onClick={send}>{t('start')}</Button></>}
      >
        <SegmentedControl<Edit> label={t('what')} value={draft.edit} onValueChange={(edit) => setDraft({ ...draft, edit })} segments={[{ value: 'config', label: t('editConfig') }, { value: 'output', label: t('editOutput') }, { value: 'none', label: t('editNothing') }]} />
        {draft.edit === 'config' && textFields.map((field) => (
          <Field key={field} label={t(`field.${field}`)}>
            {(control) => <Textarea {...control} mono rows={field === 'prompt' ? 8 : 4} value={draft.texts[field]} onChange={(event) => setDraft({ ...draft, texts: { ...draft.texts, [field]: event.target.value } })} />}
          </Field>
        ))}
        {draft.edit === 'config' && textFields.length === 0 && (
          <Field label={t('config')} error={fault}>{(control) => <Textarea {...control} mono rows={10} value={draft.config} onChange={(event) => setDraft({ ...draft, config: event.target.value })} />}</Field>
        )}
        {draft.edit === 'output' && (
          <Field label={t('output')} hint={t('outputHint')} error={fault}>{(control) => <Textarea {...control} mono rows={10} value={draft.output} onChange={(event) => setDraft({ ...draft, output: event.target.value })} />}</Field>
        )}
        {draft.edit === 'none' && <p className="text-sm text-muted-foreground">{t('nothingHint')}</p>}
        <Plan graph={graph} wanted={wanted} />
        {fork.error && <ProblemNotice problem={asProblem(fork.error)} />}
      </DialogContent>
    </Dialog>
  )
}

/** Follows what is edited: an output that is given spares its node. */
function Plan({ graph, wanted: { fromNode, overrides = {} } }: { graph: Graph; wanted: ForkWanted }) {
  const head = useRunView((view) => view.head)
  const history = useWorkflowFigures()?.agents ?? {}
  return <ForkPlanView graph={graph} plan={planFork(head, forkedGraph(graph, overrides), { from: fromNode, overrides, newInput: false }, history)} />
}

function draftOf(node: GraphNode, output: Json): Draft {
  const texts = Object.fromEntries(TEXT_FIELDS.flatMap((field) => (typeof node.config[field] === 'string' ? [[field, node.config[field]]] : [])))
  return { edit: 'config', texts, config: JSON.stringify(node.config, null, 2), output: JSON.stringify(output, null, 2) }
}

/** @returns undefined when what should be JSON is none */
function wantedOf(node: GraphNode, { edit, texts, config, output }: Draft): ForkWanted | undefined {
  const fromNode = node.id
  if (edit === 'none') return { fromNode }
  try {
    if (edit === 'output') return { fromNode, overrides: { [fromNode]: { output: JSON.parse(output) as Json } } }
    if (Object.keys(texts).length === 0) return { fromNode, overrides: { [fromNode]: { config: JSON.parse(config) as Record<string, Json> } } }
  } catch {
    return undefined
  }
  const changed = Object.fromEntries(Object.entries(texts).filter(([field, text]) => text !== node.config[field]))
  return Object.keys(changed).length === 0 ? { fromNode } : { fromNode, overrides: { [fromNode]: { config: changed } } }
}

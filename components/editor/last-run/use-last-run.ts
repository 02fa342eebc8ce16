'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useDeferredValue, useEffect, useState } from 'react'
import { toast } from 'sonner'
import { nodeOfStep } from '@/domain/metric/run-executions'
import { FINISHED } from '@/domain/run/run-state'
import type { Trial, TrialReach } from '@/domain/run/trial'
import type { RunSummaryBody } from '@/wire/runs'
import { subscribeTopic } from '@/components/live/live-connection'
import type { GraphIssue } from '@/domain/graph/validate'
import { issueText } from '@/components/graph/issue-text'
import { asProblem } from '@/components/live/problem-error'
import { useRefused } from '@/components/live/problem-words'
import { keptInput } from '../browser-drafts'
import { useDesk, useEditorStore, useEditorView } from '../editor-context'
import { lastResultsKey, startTrial, useWorkflowResults } from '../editor-queries'
import { itemStep, itemsToTry } from './item-to-try'
import { createLastRunStore, nodeKey, ofNode, type LastRunStore } from './last-run-store'

const SHOWN_KEY = 'heddle-last-run'

/** The store of the last runs, for as long as the editor is open. */
export function useOpenLastRun(): LastRunStore {
  const [store] = useState(() => createLastRunStore(true))
  useEffect(() => {
    try {
      store.show(localStorage.getItem(SHOWN_KEY) !== 'off')
    } catch {
      // A browser without storage shows it.
    }
    return store.view.subscribe(({ shown }) => {
      try {
        localStorage.setItem(SHOWN_KEY, shown ? 'on' : 'off')
      } catch {
        // It forgets.
      }
    })
  }, [store])
  return store
}

/** Keeps the store at what the server knows and at what is drawn; reads again when a run of this workflow has ended. */
export function useKeepLastRun(workflowId: string, store: LastRunStore): void {
  const root = useDeferredValue(useEditorView((view) => view.root))
  const { data } = useWorkflowResults(workflowId)
  const client = useQueryClient()
  useEffect(() => {
    if (data) store.take(data, root)
  }, [store, data, root])
  useEffect(() => {
    const { stop } = subscribeTopic('runs', {
      onEvents: (events) => {
        const ended = (events as RunSummaryBody[]).filter((run) => run.workflowId === workflowId && FINISHED.includes(run.status))
        if (ended.length === 0) return
        void client.invalidateQueries({ queryKey: lastResultsKey(workflowId) }).then(() => ended.forEach(({ id }) => store.end(id)))
      },
    })
    return stop
  }, [workflowId, store, client])
}

/** Follows the steps of the trial that is going on. */
export function useFollowTrial(store: LastRunStore, runId: string | undefined): void {
  useEffect(() => {
    if (runId === undefined) return
    return subscribeTopic(`run:${runId}`, {
      after: 0,
      onEvents: (events) => {
        for (const { type, nodeId } of events as { type: string; nodeId?: string }[]) {
          if (nodeId === undefined) continue
          const node = nodeOfStep(nodeId)
          if (type === 'step.started') store.step(node, 'running')
          if (type === 'step.completed' || type === 'step.skipped') store.step(node, 'completed')
          if (type === 'step.failed') store.step(node, 'failed')
        }
      },
    }).stop
  }, [store, runId])
}

/** Runs a part of the draft, once what is drawn has been saved. */
export function useTry(workflowId: string, lastRun: LastRunStore, save: () => Promise<void>): (nodeId: string, reach: TrialReach) => void {
  const t = useTranslations('lastRun')
  const editor = useTranslations('editor')
  const refused = useRefused()
  const desk = useDesk()
  const store = useEditorStore()
  return (nodeId, reach) => {
    const name = store.level().nodes.find((node) => node.id === nodeId)?.name ?? nodeId
    const { path } = store.view.getState()
    const last = lastRun.view.getState()
    const runId = path.length === 0 ? undefined : ofNode(last.results, path[0]!)?.runId
    if (path.length > 0 && runId === undefined) return void toast.error(t('noneInside'))
    const item = runId !== undefined && { runId, step: itemStep(itemsToTry(path, runId, last.picks, ofNode(last.results, nodeKey(path, nodeId))?.items?.step)) }
    const known = item || last.input !== undefined ? undefined : keptInput(workflowId)
    const wanted = { trial: { node: nodeId, reach, ...(item && { item }) } as Trial, ...(known !== undefined && { input: known }) }
    save().then(() => startTrial(workflowId, wanted)).then(
      ({ id }) => (lastRun.begin(id), desk.say(t(`said.${reach}`, { name }))),
      (error: unknown) => {
        const { code, issues } = asProblem(error)
        const [first] = code === 'INVALID_GRAPH' ? issues : []
        if (first) toast.error(editor('cannotRun', { count: issues.length }), { description: issueText(first as GraphIssue, editor) })
        else refused(error)
      },
    )
  }
}

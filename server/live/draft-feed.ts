import type { DraftFeed } from '@/server/ports/draft-feed'
import type { Signals } from '@/server/ports/signals'
import type { WorkflowStore } from '@/server/ports/workflow-store'

/** @param signals to the other processes on the same store, where there are any */
export function createDraftFeed(signals?: Signals): DraftFeed {
  const listeners = new Set<Parameters<DraftFeed['subscribe']>[0]>()
  const tell = (workflowId: string, revision: number): void => {
    for (const { moved } of listeners) moved(workflowId, revision)
  }
  // For as long as the process lives, as the signals themselves.
  signals?.subscribe((signal) => {
    if (signal.kind === 'draft.moved') tell(signal.workflowId, signal.revision)
    if (signal.kind === 'missed') for (const { missed } of listeners) missed()
  })
  return {
    publish(workflowId, revision) {
      signals?.send({ kind: 'draft.moved', workflowId, revision })
      tell(workflowId, revision)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** The store, telling of every revision that it wrote: whoever changes a draft cannot forget to. */
export function tellingDrafts(workflows: WorkflowStore, drafts: DraftFeed): WorkflowStore {
  return {
    ...workflows,
    async update(id, ...change) {
      const updated = await workflows.update(id, ...change)
      if (updated) drafts.publish(id, updated.revision)
      return updated
    },
  }
}

'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useEffectEvent, useState } from 'react'
import { toast } from 'sonner'
import type { WorkflowBody } from '@/wire/workflows'
import { subscribeTopic } from '@/components/live/live-connection'
import { asProblem, type ProblemError } from '@/components/live/problem-error'
import { createAutosave, type Autosave } from './autosave'
import { createEditJournal, createMemoryJournal, type EditJournal } from './edit-journal'
import { draftServerOf } from './editor-queries'
import { createEditorStore, type EditorStore } from './editor-store'
import { openLog, type Claim } from './open-log'

export type Session = { store: EditorStore; autosave: Autosave; restored: boolean; close: () => void }

/**
 * The editor's store and its autosave, for as long as the editor is open. Both outlive a change of language.
 * @param journal what this browser has written down of the workflow's edits
 */
export function useSession(workflow: WorkflowBody, journal: Promise<EditJournal>): { session: Session | undefined; problem: ProblemError | undefined; retry: () => void } {
  const t = useTranslations('editor')
  const [state, setState] = useState<{ session?: Session; problem?: ProblemError; tries: number }>({ tries: 0 })
  const onOpened = useEffectEvent((session: Session) => {
    setState((now) => ({ ...now, session }))
    if (session.restored) toast.info(t('draftRestored'))
  })
  // What the workflow was when it was loaded; from then on the log counts.
  const loaded = useEffectEvent(() => open(workflow, journal))
  const { id } = workflow
  useEffect(() => {
    const opening = loaded()
    let gone = false
    opening.then((session) => (gone ? undefined : onOpened(session)), (error: unknown) => (gone ? undefined : setState((now) => ({ ...now, problem: asProblem(error) }))))
    return () => {
      gone = true
      void opening.then((session) => session.close(), () => undefined)
    }
  }, [id, state.tries])
  return { session: state.session, problem: state.problem, retry: () => setState(({ tries }) => ({ tries: tries + 1 })) }
}

async function open(workflow: WorkflowBody, written: Promise<EditJournal>): Promise<Session> {
  const { id } = workflow
  const journal = await written
  const server = draftServerOf(id)
  const { log, restored, release } = await openLog({ workflow, server, journal, claim: claimOf(id), last: lastWriter(id), newWriter: `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 10)}`, now: Date.now() })
  keepWriter(id, log.writer)
  const store = createEditorStore({ log, clock: () => Date.now() })
  const tabs = new BroadcastChannel(`heddle-workflow:${id}`)
  const autosave = createAutosave({
    store, server,
    keep: (now) => journal.save(now).catch(() => undefined),
    tell: (revision) => tabs.postMessage(revision),
    later: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  })
  tabs.onmessage = ({ data }) => typeof data === 'number' && autosave.hear(data)
  // What is done in other browsers. A reconnect says which revision it has, and is told of a newer one.
  const place = () => store.view.getState().log.revision
  const live = subscribeTopic(`workflow:${id}`, {
    after: place(),
    onEvents: (events) => autosave.hear((events.at(-1) as { seq: number }).seq),
    onReload: () => (autosave.hear(Number.MAX_SAFE_INTEGER), live.resumeAt(place())),
  })
  const stop = autosave.start()
  const unlisten = listenToPage(store, autosave)
  return {
    store, autosave, restored,
    close() {
      unlisten()
      live.stop()
      void autosave.flush().catch(() => undefined).finally(() => {
        stop()
        tabs.close()
        release()
      })
    },
  }
}

function listenToPage(store: EditorStore, autosave: Autosave): () => void {
  const flush = () => void autosave.flush().catch(() => undefined)
  const onShow = () => (document.visibilityState === 'hidden' ? flush() : autosave.hear(Number.MAX_SAFE_INTEGER))
  // Everything lies in the journal: leaving loses nothing, so nobody is asked.
  const onLeave = () => void (store.view.getState().log.pending.length > 0 && flush())
  document.addEventListener('visibilitychange', onShow)
  window.addEventListener('pagehide', onLeave)
  window.addEventListener('online', flush)
  return () => {
    document.removeEventListener('visibilitychange', onShow)
    window.removeEventListener('pagehide', onLeave)
    window.removeEventListener('online', flush)
  }
}

/** A browser that keeps nothing, as some do in a private window, has one that lasts as long as the page. */
export async function openJournal(workflowId: string): Promise<EditJournal> {
  try {
    const journal = createEditJournal(indexedDB, workflowId, () => Date.now())
    await journal.writers()
    return journal
  } catch {
    return createMemoryJournal()
  }
}

const CLAIM_MS = 400

function claimOf(workflowId: string): Claim {
  return (writer, patient) => new Promise((resolve) => {
    // Without locks, as on an address that is not this machine's and not encrypted, each page trusts its own name.
    if (!('locks' in navigator)) return resolve(() => undefined)
    const how = patient ? { signal: AbortSignal.timeout(CLAIM_MS) } : { ifAvailable: true }
    const hold = (lock: Lock | null) => (lock ? new Promise<void>((release) => resolve(release)) : resolve(undefined))
    navigator.locks.request(`heddle-edits:${workflowId}:${writer}`, how, hold).catch(() => resolve(undefined))
  })
}

const writerKey = (workflowId: string) => `heddle-writer:${workflowId}`

function lastWriter(workflowId: string): string | undefined {
  try {
    return sessionStorage.getItem(writerKey(workflowId)) ?? undefined
  } catch {
    return undefined
  }
}

function keepWriter(workflowId: string, writer: string): void {
  try {
    sessionStorage.setItem(writerKey(workflowId), writer)
  } catch {
    // A page that may not store anything begins anew after a reload.
  }
}

/**
 * Saves by itself.
 * A1. One save at a time; what changed meanwhile is saved after it.
 * A2. A stale revision stops it until a person has decided: nobody's work is overwritten unseen.
 * A3. Until the server has it, the work also lies in this browser, and is offered when the page is opened again.
 */
import { ProblemError } from '@/components/live/problem-error'
import type { Draft } from './browser-drafts'
import type { EditorStore, EditorView } from './editor-store'

export type Saved = { revision: number }
export type AutosaveDeps = {
  store: EditorStore
  revision: number
  save: (change: Draft) => Promise<Saved>
  /** The draft in this browser; undefined removes it. */
  keep: (draft: Draft | undefined) => void
  /** Calls back after so many ms; returns how to call it off. */
  later: (ms: number, run: () => void) => () => void
}
export type Autosave = {
  /** Watches the editor until the returned function is called. */
  start(): () => void
  /** Goes on from work that only this browser has; false when the editor shows it already. */
  resume(draft: Draft): boolean
  /** Saves what is unsaved now; resolves when the server has it. @throws {ProblemError} */
  flush(): Promise<void>
  /** After a conflict: this editor's work replaces what somebody else saved as `revision`. */
  overwrite(revision: number): Promise<void>
  /** After a conflict, or a fresh load: this is what the server has. */
  rebase(revision: number): void
}

const QUIET_MS = 800
const RETRY_MS = 3_000

export function createAutosave({ store, revision: first, save, keep, later }: AutosaveDeps): Autosave {
  let revision = first
  let running: Promise<void> | undefined
  let callOff: (() => void) | undefined
  let watching = false

  const schedule = (ms: number) => {
    callOff?.()
    callOff = watching ? later(ms, () => void flush().catch(() => undefined)) : undefined
  }

  function onChange(now: EditorView, before: EditorView): void {
    if (now.root === before.root && now.name === before.name) return
    if (now.saving.kind === 'saved') return
    keep({ name: now.name, graph: now.root, revision })
    if (now.saving.kind === 'unsaved') schedule(QUIET_MS)
  }

  async function once(): Promise<void> {
    callOff?.()
    const { name, root } = store.view.getState()
    store.setSaving({ kind: 'saving' })
    try {
      revision = (await save({ name, graph: root, revision })).revision
    } catch (error) {
      failed(error)
      throw error
    }
    const now = store.view.getState()
    if (now.root === root && now.name === name) {
      keep(undefined)
      store.setSaving({ kind: 'saved' })
    } else {
      store.setSaving({ kind: 'unsaved' })
      schedule(QUIET_MS)
    }
  }

  function failed(error: unknown): void {
    if (error instanceof ProblemError && error.code === 'STALE_REVISION') return store.setSaving({ kind: 'conflict' })
    const message = error instanceof Error ? error.message : String(error)
    // A refusal would be refused again; a server that is away may come back.
    if (error instanceof ProblemError && error.status !== 0 && error.status < 500) return store.setSaving({ kind: 'refused', message })
    store.setSaving({ kind: 'failed', message })
    schedule(RETRY_MS)
  }

  async function flush(): Promise<void> {
    // What runs may have begun before the last change. Of several who wait for it, the first to go on saves for all.
    while (running) await running.catch(() => undefined)
    const { saving } = store.view.getState()
    if (saving.kind === 'saved' || saving.kind === 'conflict') return
    running = once().finally(() => (running = undefined))
    return running
  }

  return {
    flush,
    start() {
      watching = true
      const unsubscribe = store.view.subscribe(onChange)
      return () => {
        watching = false
        callOff?.()
        unsubscribe()
      }
    },
    resume(draft) {
      const { name, root, saving } = store.view.getState()
      if (draft.name === name && JSON.stringify(draft.graph) === JSON.stringify(root)) {
        if (saving.kind === 'saved') keep(undefined)
        return false
      }
      // On its own revision: has the server gone on meanwhile, the save meets A2 and a person decides.
      revision = draft.revision
      store.rename(draft.name)
      store.edit({ do: 'replace', graph: draft.graph })
      return true
    },
    async overwrite(current) {
      revision = current
      store.setSaving({ kind: 'unsaved' })
      await flush()
    },
    rebase(current) {
      revision = current
      keep(undefined)
    },
  }
}

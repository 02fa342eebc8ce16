/**
 * Saves by itself.
 * A1. One save at a time; what changed meanwhile is saved after it.
 * A2. A stale revision stops it until a person has decided: nobody's work is overwritten unseen.
 * A3. Until the server has it, the work also lies in this browser, and is offered when the page is opened again.
 */
import type { Graph } from '@/domain/graph/graph'
import { ProblemError } from '@/components/live/problem-error'
import type { EditorStore } from './editor-store'

export type Saved = { revision: number }
export type AutosaveDeps = {
  store: EditorStore
  revision: number
  save: (change: { name: string; graph: Graph; revision: number }) => Promise<Saved>
  /** The draft in this browser; undefined removes it. */
  keep: (draft: { name: string; graph: Graph; revision: number } | undefined) => void
  /** Calls back after so many ms; returns how to call it off. */
  later: (ms: number, run: () => void) => () => void
}
export type Autosave = {
  /** Saves what is unsaved now; resolves when the server has it. @throws {ProblemError} */
  flush(): Promise<void>
  /** After a conflict: this editor's work replaces what somebody else saved as `revision`. */
  overwrite(revision: number): Promise<void>
  /** After a conflict, or a fresh load: this is what the server has. */
  rebase(revision: number): void
  stop(): void
}

const QUIET_MS = 800
const RETRY_MS = 3_000

export function createAutosave({ store, revision: first, save, keep, later }: AutosaveDeps): Autosave {
  let revision = first
  let running: Promise<void> | undefined
  let callOff: (() => void) | undefined
  let stopped = false

  const schedule = (ms: number) => {
    callOff?.()
    callOff = stopped ? undefined : later(ms, () => void flush().catch(() => undefined))
  }

  const unsubscribe = store.view.subscribe((now, before) => {
    if (now.root === before.root && now.name === before.name) return
    if (now.saving.kind === 'saved') return
    keep({ name: now.name, graph: now.root, revision })
    if (now.saving.kind === 'unsaved') schedule(QUIET_MS)
  })

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
    store.setSaving({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
    // A refusal would be refused again; a server that is away may come back.
    if (!(error instanceof ProblemError) || error.status === 0 || error.status >= 500) schedule(RETRY_MS)
  }

  async function flush(): Promise<void> {
    // What runs may have begun before the last change.
    await running?.catch(() => undefined)
    const { saving } = store.view.getState()
    if (saving.kind === 'saved' || saving.kind === 'conflict') return
    running = once().finally(() => (running = undefined))
    return running
  }

  return {
    flush,
    async overwrite(current) {
      revision = current
      store.setSaving({ kind: 'unsaved' })
      await flush()
    },
    rebase(current) {
      revision = current
      keep(undefined)
    },
    stop() {
      stopped = true
      callOff?.()
      unsubscribe()
    },
  }
}

/**
 * Brings edits to the server, and what others did to the editor.
 * A1. One exchange at a time; what is done meanwhile follows in the next.
 * A2. An edit lies in this browser's journal before it is sent, and until the server has it.
 * A3. An answer that got lost is no loss: the server is asked what it has, and knows operations by their ids.
 * A4. Where others were faster, our edits are made anew on theirs; nobody's work is overwritten unseen.
 */
import { accepted, caughtUp, notSent, takeToSend, type Caught, type EditLog } from '@/domain/graph/edit-log'
import type { Draft, Operation } from '@/domain/graph/workflow-change'
import { ProblemError } from '@/components/live/problem-error'
import type { EditorStore, EditorView } from './editor-store'

export type DraftServer = {
  /** @throws {ProblemError} */
  append(revision: number, operations: readonly Operation[]): Promise<{ revision: number }>
  /** @throws {ProblemError} */
  since(revision: number): Promise<{ revision: number; operations: readonly Operation[] } | { revision: number; draft: Draft; had: readonly string[] }>
}
export type AutosaveDeps = {
  store: EditorStore
  server: DraftServer
  /** Into this browser's journal. Never throws: a browser without room keeps nothing. */
  keep: (log: EditLog) => Promise<void>
  /** To the other tabs of this browser. */
  tell: (revision: number) => void
  /** Calls back after so many ms; returns how to call it off. */
  later: (ms: number, run: () => void) => () => void
}
export type Autosave = {
  /** Watches the editor until the returned function is called. */
  start(): () => void
  /** Sends what is unsaved now, and takes what others did; resolves when the server has it. @throws {ProblemError} */
  flush(): Promise<void>
  /** Somebody says that the server is at this revision. */
  hear(revision: number): void
}

const QUIET_MS = 500
const RETRY_MS = 3_000
const MOST_SENT = 200
/** Well under what the server takes in a body. */
const MOST_SENT_CHARS = 4_000_000
/** How often an exchange begins anew because others were faster, before it waits a while. */
const MOST_ROUNDS = 20

export function createAutosave({ store, server, keep, tell, later }: AutosaveDeps): Autosave {
  let running: Promise<void> | undefined
  let callOff: (() => void) | undefined
  let watching = false
  let heard = 0

  const log = () => store.view.getState().log
  const schedule = (ms: number) => {
    callOff?.()
    callOff = watching ? later(ms, () => void flush().catch(() => undefined)) : undefined
  }

  function onChange(now: EditorView, before: EditorView): void {
    if (now.log === before.log) return
    void keep(now.log)
    if (now.log.pending.length > 0 && now.log.pending !== before.log.pending && !running && now.saving.kind !== 'offline') schedule(QUIET_MS)
  }

  async function catchUp(from: number): Promise<void> {
    const told = await server.since(from)
    const caught: Caught = 'draft' in told ? { ...told, had: new Set(told.had) } : told
    store.take(caughtUp(log(), caught))
  }

  /** @param before operations from this serial on can wait. @returns whether there may be more to do */
  async function exchange(before: number): Promise<boolean> {
    const [next] = log().pending
    if (!next || next.serial >= before) {
      if (heard <= log().revision) return false
      await catchUp(log().revision)
      // Who spoke of a revision that is not there is not believed again.
      heard = 0
      return true
    }
    store.setSaving({ kind: 'saving' })
    await keep(log())
    const { log: sending, operations } = takeToSend(log(), fitting(log()))
    store.take(sending)
    try {
      await server.append(sending.revision, operations)
    } catch (error) {
      store.take(notSent(log()))
      const code = error instanceof ProblemError ? error.code : undefined
      if (code === 'STALE_REVISION') await catchUp(log().revision)
      // A draft that is not what we took it for is loaded whole: no revision is before the first.
      else if (code === 'OPERATION_MISFIT') await catchUp(0)
      else throw error
      return true
    }
    store.take(accepted(log()))
    tell(log().revision)
    return true
  }

  async function once(): Promise<void> {
    callOff?.()
    const before = log().nextSerial
    try {
      for (let round = 0; await exchange(before); round++) if (round >= MOST_ROUNDS) return schedule(RETRY_MS)
    } catch (error) {
      failed(error)
      throw error
    }
    const saved = log().pending.length === 0
    store.setSaving({ kind: saved ? 'saved' : 'unsaved' })
    if (!saved) schedule(QUIET_MS)
  }

  function failed(error: unknown): void {
    // A refusal would be refused again, until something is changed; a server that is away may come back.
    if (error instanceof ProblemError && error.status !== 0 && error.status < 500) return store.setSaving({ kind: 'refused', code: error.code, message: error.message })
    store.setSaving({ kind: 'offline' })
    schedule(RETRY_MS)
  }

  async function flush(): Promise<void> {
    // What runs may have begun before the last change. Of several who wait for it, the first to go on saves for all.
    while (running) await running.catch(() => undefined)
    if (log().pending.length === 0 && heard <= log().revision) return
    running = once().finally(() => (running = undefined))
    return running
  }

  return {
    flush,
    start() {
      watching = true
      const unsubscribe = store.view.subscribe(onChange)
      if (log().pending.length > 0) schedule(0)
      return () => {
        watching = false
        callOff?.()
        unsubscribe()
      }
    },
    hear(revision) {
      heard = Math.max(heard, revision)
      void flush().catch(() => undefined)
    },
  }
}

function fitting({ pending }: EditLog): number {
  let chars = 0
  for (const [index, { change }] of pending.entries()) {
    chars += JSON.stringify(change).length
    if (index > 0 && (index >= MOST_SENT || chars > MOST_SENT_CHARS)) return index
  }
  return pending.length
}

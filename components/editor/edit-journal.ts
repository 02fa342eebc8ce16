import type { KeptLog, Pending, Step } from '@/domain/graph/edit-log'

/**
 * What this browser keeps of every editor: edits that the server does not have yet, and the way back by undo.
 * J1. A save is one transaction: a crash leaves the log before it or the one after it.
 * J2. What an edit changes is written once; the log names it by a number. Saving costs the same however long the history is.
 */
export type EditJournal = {
  load(writer: string): Promise<KeptLog | undefined>
  save(log: KeptLog): Promise<void>
  /** Whoever wrote to this workflow from this browser, the latest first. */
  writers(): Promise<{ writer: string; savedAt: number; pending: number }[]>
  remove(writer: string): Promise<void>
}

type Parted<T> = Omit<T, 'change' | 'diff'> & { part: number }
type Row = { workflowId: string; writer: string; savedAt: number; nextPart: number } & Omit<KeptLog, 'pending' | 'past' | 'future'> & { pending: Parted<Pending>[]; past: Parted<Step>[]; future: Parted<Step>[] }

const NAME = 'heddle-edits'
const LOGS = 'logs'
const PARTS = 'parts'

/** @param factory the browser's `indexedDB` */
export function createEditJournal(factory: IDBFactory, workflowId: string, now: () => number): EditJournal {
  const database = open(factory)
  /** Numbers of what has been written, per writer. */
  const written = new Map<string, { next: number; numbers: Map<object, number> }>()

  async function within<T>(mode: IDBTransactionMode, act: (stores: { logs: IDBObjectStore; parts: IDBObjectStore }) => T): Promise<T> {
    const transaction = (await database).transaction([LOGS, PARTS], mode)
    const result = act({ logs: transaction.objectStore(LOGS), parts: transaction.objectStore(PARTS) })
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error ?? new Error('The transaction was called off'))
    })
    return result
  }
  const partsOf = (writer: string) => IDBKeyRange.bound([workflowId, writer, 0], [workflowId, writer, Number.MAX_SAFE_INTEGER])

  return {
    async load(writer) {
      const found = await within('readonly', ({ logs, parts }) => ({ row: logs.get([workflowId, writer]) as IDBRequest<Row | undefined>, values: parts.getAll(partsOf(writer)) as IDBRequest<object[]>, keys: parts.getAllKeys(partsOf(writer)) }))
      const row = found.row.result
      if (!row) return undefined
      const parts = new Map(found.keys.result.map((key, index) => [(key as [string, string, number])[2], found.values.result[index]!]))
      written.set(writer, { next: row.nextPart, numbers: new Map([...parts].map(([number, part]) => [part, number])) })
      const { pending, past, future, ...rest } = row
      const whole = <T>(field: 'change' | 'diff') => ({ part, ...one }: Parted<Pending> | Parted<Step>) => ({ ...one, [field]: parts.get(part) }) as T
      const { writer: by, revision, nextSerial, clashes } = rest
      return { writer: by, revision, nextSerial, clashes, pending: pending.map(whole<Pending>('change')), past: past.map(whole<Step>('diff')), future: future.map(whole<Step>('diff')) }
    },

    async save({ writer, revision, nextSerial, clashes, pending, past, future }) {
      const before = written.get(writer) ?? { next: 0, numbers: new Map<object, number>() }
      const numbers = new Map<object, number>()
      let next = before.next
      const numberOf = (part: object): number => {
        const known = numbers.get(part) ?? before.numbers.get(part) ?? next++
        numbers.set(part, known)
        return known
      }
      const row: Row = {
        workflowId, writer, revision, nextSerial, clashes, savedAt: now(),
        pending: pending.map(({ change, ...one }) => ({ ...one, part: numberOf(change) })),
        past: past.map(({ diff, ...one }) => ({ ...one, part: numberOf(diff) })), future: future.map(({ diff, ...one }) => ({ ...one, part: numberOf(diff) })),
        nextPart: next,
      }
      written.set(writer, { next, numbers })
      const saved = within('readwrite', ({ logs, parts }) => {
        for (const [part, number] of numbers) if (!before.numbers.has(part)) parts.put(part, [workflowId, writer, number])
        for (const [part, number] of before.numbers) if (!numbers.has(part)) parts.delete([workflowId, writer, number])
        logs.put({ ...row, nextPart: next }, [workflowId, writer])
      })
      // What was not written is not known as written.
      await saved.catch((error: unknown) => {
        written.set(writer, { next, numbers: new Map() })
        throw error
      })
    },

    async writers() {
      const rows = await within('readonly', ({ logs }) => logs.getAll(IDBKeyRange.bound([workflowId, ''], [workflowId, '\uffff'])) as IDBRequest<Row[]>)
      return rows.result.map(({ writer, savedAt, pending }) => ({ writer, savedAt, pending: pending.length })).sort((a, b) => b.savedAt - a.savedAt)
    },

    async remove(writer) {
      written.delete(writer)
      await within('readwrite', ({ logs, parts }) => {
        logs.delete([workflowId, writer])
        parts.delete(partsOf(writer))
      })
    },
  }
}

/** For a browser without storage, and for tests: it lasts as long as the page. */
export function createMemoryJournal(rows: Map<string, KeptLog> = new Map()): EditJournal {
  return {
    load: (writer) => Promise.resolve(rows.get(writer)),
    save: (log) => Promise.resolve(void rows.set(log.writer, log)),
    writers: () => Promise.resolve([...rows.values()].map(({ writer, pending }) => ({ writer, savedAt: 0, pending: pending.length }))),
    remove: (writer) => Promise.resolve(void rows.delete(writer)),
  }
}

function open(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(NAME, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore(LOGS)
      request.result.createObjectStore(PARTS)
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('No storage'))
  })
}

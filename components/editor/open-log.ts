import { caughtUp, openEditLog, reopenEditLog, withForeign, type EditLog, type KeptLog } from '@/domain/graph/edit-log'
import { applyChange, reverseChange, type Draft } from '@/domain/graph/workflow-change'
import type { DraftServer } from './autosave'
import type { EditJournal } from './edit-journal'

type Loaded = { revision: number } & Draft
/** Held by one page at a time. @param patient a page that is reloaded lets go a moment after the new one asks. @returns how to let go; undefined when another page has it */
export type Claim = (writer: string, patient: boolean) => Promise<(() => void) | undefined>

const OLD_MS = 30 * 24 * 3_600_000
/** Of pages that were closed with all sent, only the latest can be gone on from. */
const IDLE_KEPT = 5

export type OpenedLog = { log: EditLog; /** Whether edits came back that the server did not have. */ restored: boolean; release: () => void }

/**
 * Goes on where this page, or one that was closed or died, stopped: with its undo, and what it had not sent.
 * @param last the writer that this page was before a reload
 * @throws {ProblemError} the server does not say what was done since
 */
export async function openLog(deps: { workflow: Loaded; server: DraftServer; journal: EditJournal; claim: Claim; last: string | undefined; newWriter: string; now: number }): Promise<OpenedLog> {
  const { workflow, server, journal, claim, last, newWriter, now } = deps
  const known = await journal.writers()
  const inTurn = [...known.filter(({ writer }) => writer === last), ...known.filter(({ writer }) => writer !== last)]
  let log: EditLog | undefined
  let release: (() => void) | undefined
  let restored = 0
  for (const [index, { writer, pending, savedAt }] of inTurn.entries()) {
    if (log && pending === 0 && index < IDLE_KEPT && now - savedAt < OLD_MS) continue
    const held = await claim(writer, writer === last)
    if (!held) continue
    const kept = log && pending === 0 ? undefined : await journal.load(writer)
    restored += kept?.pending.length ?? 0
    if (kept && !log) {
      log = await reopened(kept, workflow, server)
      release = held
      continue
    }
    if (log && kept) log = await takenOver(log, await reopened(kept, workflow, server), journal)
    await journal.remove(writer)
    held()
  }
  release ??= await claim(newWriter, false)
  return { log: log ?? openEditLog(newWriter, workflow.revision, draftOf(workflow)), restored: restored > 0, release: release ?? (() => undefined) }
}

/** What a page that died had not sent goes on in this one; it is written down here before it is forgotten there. */
async function takenOver(log: EditLog, other: EditLog, journal: EditJournal): Promise<EditLog> {
  const both = withForeign({ ...log, clashes: [...log.clashes, ...other.clashes] }, other.pending)
  await journal.save(both)
  return both
}

async function reopened(kept: KeptLog, workflow: Loaded, server: DraftServer): Promise<EditLog> {
  const now = draftOf(workflow)
  if (kept.revision === workflow.revision) return reopenEditLog(kept, now)
  const told = await server.since(kept.revision)
  if ('draft' in told) return caughtUp(reopenEditLog(kept, told.draft), { ...told, had: new Set(told.had) })
  // The draft as it was then: what was done since, taken back. The workflow may have been loaded before the last of it.
  const seen = told.operations.slice(0, Math.max(0, workflow.revision - kept.revision))
  const then = seen.reduceRight((draft, { change }) => applyChange(draft, reverseChange(change)), now)
  return caughtUp(reopenEditLog(kept, then), told)
}

function draftOf({ name, description, graph }: Draft): Draft {
  return { name, description, graph }
}

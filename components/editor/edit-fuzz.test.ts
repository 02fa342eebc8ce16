/**
 * 10,000 random edits in two tabs, with reloads, lost requests and lost answers, against the real store: what the server
 * has, what both tabs show and what undo leads to is what the operations say, and the operations are what people did on what
 * they saw, judged by a second reading of both (`edit-judge.suite.ts`).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAppError } from '@/domain/error'
import { emptyGraph, type Graph, type GraphNode } from '@/domain/graph/graph'
import type { EditLog } from '@/domain/graph/edit-log'
import type { GraphEdit } from '@/domain/graph/graph-edit'
import { editOf, wish, type Wish } from '@/domain/graph/random-edits.suite'
import type { Draft, Operation } from '@/domain/graph/workflow-change'
import { openStore } from '@/server/adapters/prisma/open-store'
import { createSeededIds } from '@/server/adapters/memory/seeded-ids'
import { localActor } from '@/server/usecases/actor'
import { editWorkflow } from '@/server/usecases/edit-workflow'
import { ProblemError } from '@/components/live/problem-error'
import { createAutosave, type Autosave, type DraftServer } from './autosave'
import { createEditJournal } from './edit-journal'
import { createJudge, createTold, flat, sorted, type Judge, type Told } from './edit-judge.suite'
import { createEditorStore, type EditorStore } from './editor-store'
import { openLog } from './open-log'

const EDITS_AN_EPISODE = 400
const EPISODES = ['one tab', 'own nodes', 'own nodes', 'same nodes', 'same nodes'] as const
type Kind = (typeof EPISODES)[number]

const dataDir = mkdtempSync(join(tmpdir(), 'heddle-fuzz-'))
let store: Awaited<ReturnType<typeof openStore>>
let workflows: ReturnType<typeof editWorkflow>
beforeAll(async () => {
  const clock = { now: () => 1_000, wakeAt: () => () => undefined }
  store = await openStore({ dataDir, migrationsDir: join(import.meta.dirname, '../../prisma/migrations/sqlite'), clock })
  workflows = editWorkflow({ ...store, clock, ids: createSeededIds(), proofreader: { check: () => Promise.resolve(undefined) }, runs: { setPause: () => undefined } })
})
afterAll(async () => {
  await store.close()
  rmSync(dataDir, { recursive: true })
})

const node = (id: string) => ({ id, type: 'agent', name: id, position: { x: 0, y: 0 }, config: { prompt: 'p' } }) as unknown as GraphNode
const start: Draft = { name: 'W', description: '', graph: { nodes: ['a', 'b', 'c', 'd'].map(node), edges: [] } }
const own = [new Set(['a', 'b']), new Set(['c', 'd'])]

type Tab = { writer: string; judge: Judge; failures: unknown[]; store: EditorStore; autosave: Autosave; offline: boolean; acting: boolean; reload(): Promise<void> }

/** Numbers from a seed: an episode that failed is run again by its own. */
function dice(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return { next, chance: (of: number) => next() < of, below: (most: number) => Math.floor(next() * most) }
}
type Dice = ReturnType<typeof dice>

/** The server as a tab reaches it: requests get lost, and so do answers. What was taken is written down. */
function serverOf(id: string, roll: Dice, offline: () => boolean, told: Told): DraftServer {
  const over = async <T>(call: () => Promise<T>): Promise<T> => {
    if (offline() || roll.chance(0.1)) throw new ProblemError({ status: 0 })
    const answer = await call().catch((error: unknown) => {
      throw isAppError(error) ? new ProblemError({ status: 409, code: error.code }) : error
    })
    if (roll.chance(0.1)) throw new ProblemError({ status: 0 })
    return JSON.parse(JSON.stringify(answer)) as T
  }
  return {
    append: (revision, operations) => over(async () => {
      const sent = JSON.parse(JSON.stringify(operations)) as Operation[]
      const now = await workflows.append(localActor, id, { revision, operations: sent })
      sent.forEach((one, index) => told.learn(now - sent.length + 1 + index, one))
      return { revision: now }
    }),
    since: (revision) => over(async () => {
      const answer = await workflows.since(localActor, id, revision)
      if ('operations' in answer) answer.operations.forEach((one, index) => told.learn(revision + 1 + index, JSON.parse(JSON.stringify(one)) as Operation))
      return answer
    }),
  }
}

async function openTab(id: string, writer: string, roll: Dice, factory: IDBFactory, told: Told, hear: (revision: number) => void): Promise<Tab> {
  const tab = { writer, offline: false, acting: false, judge: createJudge(told), failures: [] as unknown[] } as Tab
  let last: EditLog | undefined
  let written = Promise.resolve()
  let stop = () => undefined as void
  /** What a page that crashed had begun writes nothing any more. */
  let life = 0
  const server = serverOf(id, roll, () => tab.offline, told)
  const open = async (): Promise<void> => {
    const me = ++life
    const journal = createEditJournal(factory, id, () => 0)
    const until = async <T>(attempt: () => Promise<T>): Promise<T> => attempt().catch((error: unknown) => {
      if (!(error instanceof ProblemError)) throw error
      tab.offline = false
      return until(attempt)
    })
    // Each tab is alive: none takes over from the other.
    const { log } = await until(async () => openLog({ workflow: await workflows.find(localActor, id), server, journal, claim: (wanted) => Promise.resolve(wanted === writer ? () => undefined : undefined), last: writer, newWriter: writer, now: 0 }))
    tab.store = createEditorStore({ log, clock: () => 0 })
    const heard = (now: EditLog) => {
      const before = last ?? now
      last = now
      if (tab.acting || now === before) return
      // What a listener throws would be taken for a failed request.
      try {
        tab.judge.exchanged(before, now)
      } catch (error) {
        tab.failures.push(error)
      }
    }
    heard(log)
    tab.store.view.subscribe(({ log: now }) => me === life && heard(now))
    tab.autosave = createAutosave({ store: tab.store, server, keep: (now) => (me === life ? (written = journal.save(now)) : Promise.resolve()), tell: hear, later: () => () => undefined })
    stop = tab.autosave.start()
  }
  tab.reload = async () => {
    // A crash comes after an edit has been written down: what comes before that was never seen as done.
    await written
    life += 1
    stop()
    await open()
  }
  await open()
  return tab
}

function within(graph: Graph, ids: ReadonlySet<string>): Graph {
  return { nodes: graph.nodes.filter(({ id }) => ids.has(id)), edges: graph.edges.filter(({ source, target }) => ids.has(source) && ids.has(target)) }
}

async function settled(tabs: readonly Tab[]): Promise<void> {
  for (const tab of tabs) tab.offline = false
  for (let round = 0; round < 200; round++) {
    for (const tab of tabs) {
      tab.autosave.hear(Number.MAX_SAFE_INTEGER)
      await tab.autosave.flush().catch(() => undefined)
    }
    const revisions = tabs.map(({ store: { view } }) => view.getState().log)
    if (revisions.every(({ pending, revision }) => pending.length === 0 && revision === revisions[0]!.revision)) return
  }
  throw new Error('The tabs do not come to rest')
}

async function agreed(id: string, tabs: readonly Tab[], told: Told): Promise<Draft> {
  await settled(tabs).finally(() => tabs.forEach(unfailed))
  const { graph, name, description, revision } = await workflows.find(localActor, id)
  for (const { store: { view } } of tabs) expect(view.getState().root).toEqual(graph)
  expect(graph.edges.filter(({ source, target }) => [source, target].some((end) => !graph.nodes.some((one) => one.id === end)))).toEqual([])
  const taken = told.upTo(revision)
  expect(new Set(taken.map((one) => one.id)).size).toBe(revision - 1)
  expect(sorted(flat(graph))).toEqual(sorted(told.at(revision)))
  return { graph, name, description }
}

function unfailed({ failures: [first] }: Tab): void {
  if (first !== undefined) throw first
}

/** What a person does, with what it came to. */
function person(tab: Tab, how: 'edit' | 'undo', act: () => void): boolean {
  const before = tab.store.view.getState().log
  tab.acting = true
  act()
  tab.acting = false
  const after = tab.store.view.getState().log
  tab.judge.did(before, after, how)
  return before !== after
}

async function undoAll(tab: Tab): Promise<void> {
  while (tab.store.view.getState().past.length > 0) person(tab, 'undo', () => tab.store.undo())
  await tab.autosave.flush().catch(() => undefined)
}

function act(tab: Tab, index: number, kind: Kind, roll: Dice): boolean {
  const drawn = fc.sample(wish, { numRuns: 1, seed: roll.below(2 ** 31) })[0]!
  // Mostly nobody else writes the same: what is overwritten shows.
  const wanted = kind === 'same nodes' && roll.chance(0.6) ? inHand(drawn, `${tab.writer} ${roll.below(1_000_000)}`) : drawn
  const { root } = tab.store.view.getState()
  const edit = kind !== 'own nodes' ? editOf(root, wanted) : !('node' in wanted) || own[index]!.has(wanted.node.id) ? editOf(within(root, own[index]!), wanted) satisfies GraphEdit : undefined
  return edit !== undefined && person(tab, 'edit', () => tab.store.edit(edit))
}

function inHand(wanted: Wish, text: string): Wish {
  if ('node' in wanted) return { ...wanted, node: { ...wanted.node, name: text } }
  return { ...wanted, ...('name' in wanted && { name: text }), ...('value' in wanted && { value: text }) }
}

async function episode(kind: Kind, seed: number): Promise<number> {
  const roll = dice(seed)
  const { id } = await workflows.create(localActor, start)
  const factory = new IDBFactory()
  const told = createTold(start.graph)
  const tabs: Tab[] = []
  for (let index = 0; index < (kind === 'one tab' ? 1 : 2); index++) tabs.push(await openTab(id, `w${index}`, roll, factory, told, (revision) => roll.chance(0.5) && tabs.forEach((tab, other) => other !== index && tab.autosave.hear(revision))))
  /** What one tab saw before each of its edits: undo has to lead there. */
  const seen: Graph[] = []
  let edits = 0
  while (edits < EDITS_AN_EPISODE) {
    const index = roll.below(tabs.length)
    const tab = tabs[index]!
    const before = tab.store.view.getState().root
    const luck = roll.next()
    if (luck < 0.85) {
      if (!act(tab, index, kind, roll)) continue
      edits += 1
      seen.push(before)
    } else if (luck < 0.9) {
      const could = tab.store.view.getState().past.length > 0
      person(tab, 'undo', () => tab.store.undo())
      const expected = could ? seen.pop() : undefined
      if (kind === 'one tab' && expected) expect(tab.store.view.getState().root).toEqual(expected)
    } else if (luck < 0.96) await tab.autosave.flush().catch(() => undefined)
    else if (luck < 0.975) await tab.reload()
    else if (luck < 0.99) tab.offline = !tab.offline
    else for (const clash of tab.store.view.getState().log.clashes) person(tab, 'edit', () => tab.store.settle(clash, kind === 'same nodes' && roll.chance(0.5) ? 'mine' : 'theirs'))
    unfailed(tab)
  }
  await agreed(id, tabs, told)
  if (kind !== 'same nodes') for (const tab of tabs) expect(tab.store.view.getState().log.clashes).toEqual([])
  for (const tab of tabs) await undoAll(tab)
  const { graph } = await agreed(id, tabs, told)
  // Nobody touched what another did: all undone is where it began.
  if (kind === 'one tab') expect(graph).toEqual(start.graph)
  if (kind === 'own nodes') expect(sorted(flat(graph))).toEqual(sorted(flat(start.graph)))
  expect(graph).not.toEqual(emptyGraph)
  return edits
}

test.each(EPISODES.map((kind, index) => [kind, index] as const))('%s (%i): 2,000 edits', { timeout: 120_000 }, async (kind, index) => {
  let edits = 0
  for (let seed = 0; edits < 2_000; seed++) edits += await episode(kind, index * 1_000 + seed)
  expect(edits).toBe(2_000)
})

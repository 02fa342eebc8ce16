/**
 * Judges two tabs and a server by what people did in them, and shares nothing with the code that merges: graphs are read
 * as one flat list of fields, and each catching up is worked out a second time.
 * G1. An operation does what its maker did, on what its maker saw. What of it others had changed differently meanwhile
 *     stays as they have it, and is told as a conflict; nothing else is. So no edit vanishes unseen, on either side.
 * G2. A tab shows what the server's operations say, with its own that are still on the way.
 * G3. Undo takes back only what this tab had written.
 * Fuzz graphs have edges that are named by their ends, and no maps.
 */
import { expect } from 'vitest'
import type { Clash } from '@/domain/graph/merge-diff'
import type { EditLog } from '@/domain/graph/edit-log'
import type { Graph, GraphNode } from '@/domain/graph/graph'
import type { Operation, WorkflowChange } from '@/domain/graph/workflow-change'

type Fields = ReadonlyMap<string, string>
/** Nodes by id with their fields as JSON; edges as `source>target`. */
export type Flat = { nodes: ReadonlyMap<string, Fields>; edges: ReadonlySet<string> }
type Deed =
  | { do: 'add'; id: string; fields: Fields }
  | { do: 'remove'; id: string; fields: Fields }
  | { do: 'set'; id: string; field: string; from: string | undefined; to: string | undefined }
  | { do: 'join'; edge: string }
  | { do: 'part'; edge: string }
type Waiting = { id: string; deeds: readonly Deed[] }

const fieldsOf = ({ config, ...node }: GraphNode): Fields =>
  new Map([...Object.entries(node).filter(([key]) => key !== 'id'), ...Object.entries(config).map(([key, value]) => [`config.${key}`, value] as const)].map(([key, value]) => [key, JSON.stringify(value)]))
const ends = (edge: { source: string; target: string }) => `${edge.source}>${edge.target}`
export const flat = ({ nodes, edges }: Graph): Flat => ({ nodes: new Map(nodes.map((node) => [node.id as string, fieldsOf(node)])), edges: new Set(edges.map(ends)) })
/** In one order, to be compared. */
export const sorted = ({ nodes, edges }: Flat) => ({ nodes: [...nodes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, fields]) => [id, [...fields].sort(([a], [b]) => (a < b ? -1 : 1))]), edges: [...edges].sort() })

function deedsOf({ graph }: WorkflowChange): Deed[] {
  const json = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value))
  const nodes = graph.nodes.flatMap((one): Deed[] => (one.do === 'change' ? one.fields.map(({ field, from, to }) => ({ do: 'set', id: one.id, field, from: json(from), to: json(to) })) : [{ do: one.do, id: one.id, fields: fieldsOf(one.item) }]))
  const edges = graph.edges.map((one): Deed => {
    if (one.do === 'change') throw new Error('No fuzz changes an edge')
    return { do: one.do === 'add' ? 'join' : 'part', edge: ends(one.item) }
  })
  return [...nodes, ...edges]
}

function done(state: Flat, deed: Deed): Flat {
  const nodes = new Map(state.nodes)
  const edges = new Set(state.edges)
  if (deed.do === 'join') edges.add(deed.edge)
  else if (deed.do === 'part') edges.delete(deed.edge)
  else if (deed.do === 'remove') nodes.delete(deed.id)
  else if (deed.do === 'add') nodes.set(deed.id, deed.fields)
  else {
    const fields = new Map(nodes.get(deed.id))
    if (deed.to === undefined) fields.delete(deed.field)
    else fields.set(deed.field, deed.to)
    nodes.set(deed.id, fields)
  }
  return { nodes, edges }
}

/** What a person did between two looks at the graph. */
function deedsBetween(before: Flat, after: Flat): Deed[] {
  const deeds: Deed[] = []
  for (const [id, fields] of before.nodes) {
    const now = after.nodes.get(id)
    if (!now) deeds.push({ do: 'remove', id, fields })
    else for (const field of new Set([...fields.keys(), ...now.keys()])) if (fields.get(field) !== now.get(field)) deeds.push({ do: 'set', id, field, from: fields.get(field), to: now.get(field) })
  }
  for (const [id, fields] of after.nodes) if (!before.nodes.has(id)) deeds.push({ do: 'add', id, fields })
  for (const edge of before.edges) if (!after.edges.has(edge)) deeds.push({ do: 'part', edge })
  for (const edge of after.edges) if (!before.edges.has(edge)) deeds.push({ do: 'join', edge })
  return deeds
}

/** What is left of an operation on a graph that went on without it, and which conflicts have to be told. */
function merged(state: Flat, deeds: readonly Deed[]): { state: Flat; deeds: Deed[]; conflicts: string[] } {
  const left: Deed[] = []
  const conflicts: string[] = []
  const stays = new Set<string>()
  const take = (deed: Deed) => {
    left.push(deed)
    state = done(state, deed)
  }
  for (const deed of deeds) {
    if (deed.do === 'join' || deed.do === 'part') {
      const [source, target] = deed.edge.split('>') as [string, string]
      if (deed.do === 'part') {
        if (state.edges.has(deed.edge) && !stays.has(source) && !stays.has(target)) take(deed)
      } else if (!state.nodes.has(source) || !state.nodes.has(target)) conflicts.push(`removed-there edge ${deed.edge}`)
      else if (!state.edges.has(deed.edge)) take(deed)
      continue
    }
    const node = state.nodes.get(deed.id)
    if (deed.do === 'add') {
      if (!node) take(deed)
    } else if (deed.do === 'remove') {
      if (!node) continue
      if (!sameButPlace(node, deed.fields)) {
        stays.add(deed.id)
        conflicts.push(`removed-here node ${deed.id}`)
        continue
      }
      take(deed)
      // Edges that others drew to it meanwhile go with it.
      for (const edge of state.edges) if (edge.split('>').includes(deed.id)) take({ do: 'part', edge })
    } else if (!node) {
      if (deed.field !== 'position') conflicts.push(`removed-there node ${deed.id}`)
    } else if (node.get(deed.field) !== deed.to) {
      if (node.get(deed.field) === deed.from || deed.field === 'position') take({ ...deed, from: node.get(deed.field) })
      else conflicts.push(`field node ${deed.id} ${deed.field}`)
    }
  }
  return { state, deeds: left, conflicts }
}

/** A node whose id others had given away stands under another, which the tab says; so does all that it did to it since. */
function renamedDeed(deed: Deed, from: string, to: string): Deed {
  if ('edge' in deed) return { ...deed, edge: deed.edge.split('>').map((end) => (end === from ? to : end)).join('>') }
  return deed.id === from ? { ...deed, id: to } : deed
}

function sameButPlace(a: Fields, b: Fields): boolean {
  const rest = (fields: Fields) => JSON.stringify([...fields].filter(([field]) => field !== 'position').sort(([one], [other]) => (one < other ? -1 : 1)))
  return rest(a) === rest(b)
}

/** The server's operations as they became known, each by its revision. @param start is revision 1 */
export type Told = { learn(revision: number, operation: Operation): void; at(revision: number): Flat; upTo(revision: number): readonly Operation[] }
export function createTold(start: Graph): Told {
  const operations: Operation[] = []
  const states = [flat(start)]
  return {
    learn: (revision, operation) => void (operations[revision - 2] ??= operation),
    upTo: (revision) => operations.slice(0, revision - 1),
    at(revision) {
      for (let next = states.length; next < revision; next++) states.push(deedsOf(operations[next - 1]!.change).reduce(done, states[next - 1]!))
      return states[revision - 1]!
    },
  }
}

const keyOf = (clash: Clash) => [clash.kind, clash.item, clash.item === 'edge' && 'edges' in clash ? ends(clash.edges[0]!) : clash.id, ...(clash.kind === 'field' ? [clash.field] : [])].join(' ')

export type Judge = ReturnType<typeof createJudge>
/** Of one tab, over all its reloads. */
export function createJudge(server: Told) {
  let waiting: Waiting[] = []
  const wrote = new Set<string>()
  const mark = (id: string, field: string, value: string | undefined) => `${id} ${field} ${value}`

  function noteWriting(deed: Deed): void {
    if (deed.do === 'set') wrote.add(mark(deed.id, deed.field, deed.to))
    else if (deed.do === 'add') for (const [field, value] of deed.fields) wrote.add(mark(deed.id, field, value))
    else if (deed.do === 'join') wrote.add(deed.edge)
  }

  /** G3. */
  function judgeUndo(deeds: readonly Deed[]): void {
    const gone = new Set(deeds.flatMap((deed) => (deed.do === 'remove' ? [deed.id] : [])))
    const others = deeds.filter((deed) => {
      if (deed.do === 'set') return !wrote.has(mark(deed.id, deed.field, deed.from))
      if (deed.do === 'remove') return [...deed.fields].some(([field, value]) => field !== 'position' && !wrote.has(mark(deed.id, field, value)))
      return deed.do === 'part' && !wrote.has(deed.edge) && !deed.edge.split('>').some((end) => gone.has(end))
    })
    expect(others, 'undo takes back what others did').toEqual([])
  }

  /** The pending operations made anew, with the ids that the tab gave. */
  function caughtUp(after: EditLog): { state: Flat; conflicts: string[] } {
    const had = new Set(server.upTo(after.revision).map(({ id }) => id))
    const sent = new Map(after.pending.map(({ id, change }) => [id, deedsOf(change)]))
    let state = server.at(after.revision)
    const conflicts: string[] = []
    const next: Waiting[] = []
    let rest = waiting.filter(({ id }) => !had.has(id))
    for (let one = rest[0]; one; one = rest[0]) {
      for (const deed of one.deeds) {
        const there = deed.do === 'add' && state.nodes.get(deed.id)
        if (deed.do !== 'add' || !there || JSON.stringify([...there].sort()) === JSON.stringify([...deed.fields].sort())) continue
        const found = sent.get(one.id)?.find((other) => other.do === 'add' && !state.nodes.has(other.id) && JSON.stringify([...other.fields].sort()) === JSON.stringify([...deed.fields].sort()))
        expect(found, `a new node ${deed.id} has to stay under another id`).toBeDefined()
        const to = (found as typeof deed).id
        rest = rest.map(({ id, deeds }) => ({ id, deeds: deeds.map((each) => renamedDeed(each, deed.id, to)) }))
        for (const { deeds } of rest) deeds.forEach(noteWriting)
      }
      const result = merged(state, rest[0]!.deeds)
      state = result.state
      conflicts.push(...result.conflicts)
      if (result.deeds.length > 0) next.push({ id: one.id, deeds: result.deeds })
      rest = rest.slice(1)
    }
    waiting = next
    return { state, conflicts }
  }

  return {
    /** A person did something in the tab. */
    did(before: EditLog, after: EditLog, how: 'edit' | 'undo'): void {
      const deeds = deedsBetween(flat(before.now.graph), flat(after.now.graph))
      if (how === 'undo') judgeUndo(deeds)
      else deeds.forEach(noteWriting)
      const last = after.pending.at(-1)
      if (deeds.length > 0 && last) waiting.push({ id: last.id, deeds })
    },
    /** The tab heard from the server. G1, G2. */
    exchanged(before: EditLog, after: EditLog): void {
      if (after.revision === before.revision) return
      const { state, conflicts } = caughtUp(after)
      expect(sorted(flat(after.now.graph)), 'the tab shows something else').toEqual(sorted(state))
      // One that changes only the order of a list is none here.
      const pending = after.pending.filter(({ change }) => deedsOf(change).length > 0)
      expect(pending.map(({ id }) => id), 'other operations are on the way').toEqual(waiting.map(({ id }) => id))
      expect(new Set(after.clashes.map(keyOf)), 'other conflicts are told').toEqual(new Set([...before.clashes.map(keyOf), ...conflicts]))
    },
  }
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GraphEdge, GraphNode } from './graph'
import { applyEdit, type GraphEdit } from './graph-edit'
import { accepted, caughtUp, notSent, openEditLog, redone, reopenEditLog, takeToSend, undone, withEdit, withForeign, withName, withoutClash, type EditLog } from './edit-log'
import { takeMine } from './merge-diff'
import { editOf, wish, type Wish } from './random-edits.suite'
import { applyChange, fitsDraft, type Draft, type Operation } from './workflow-change'

const agent = (id: string, config: object = {}) => ({ id, type: 'agent', name: id, position: { x: 0, y: 0 }, config }) as unknown as GraphNode
const start: Draft = { name: 'W', description: '', graph: { nodes: [agent('a', { prompt: 'p' }), agent('b')], edges: [] } }
const edited = (log: EditLog, edit: GraphEdit, at = 0, key?: string) => withEdit(log, applyEdit(log.now.graph, edit), { path: [], key, at })
const wished = (log: EditLog, one: Wish) => edited(log, editOf(log.now.graph, one))
const prompt = (value: string): GraphEdit => ({ do: 'set-config', nodeId: 'a', config: { prompt: value } })

/** What the server does: it takes what was made on what it has, one after the other. */
function server(draft: Draft) {
  const operations: Operation[] = []
  return {
    operations,
    get draft() { return draft },
    take(revision: number, given: Operation[]): boolean {
      if (revision !== operations.length) return false
      for (const one of given) {
        expect(fitsDraft(draft, one.change)).toBe(true)
        draft = applyChange(draft, one.change)
        operations.push(one)
      }
      return true
    },
  }
}
type Server = ReturnType<typeof server>

function sent(log: EditLog, to: Server): EditLog {
  const { log: sending, operations } = takeToSend(log, 100)
  if (to.take(log.revision, operations)) return accepted(sending)
  return sent(caughtUp(notSent(sending), { revision: to.operations.length, operations: to.operations.slice(log.revision) }), to)
}

describe('one editor', () => {
  test('what it did comes to the server in order, and undoing all of it leads back to the start exactly', () => {
    fc.assert(fc.property(fc.array(wish, { maxLength: 20 }), (wishes) => {
      const at = server(start)
      const done = sent(wishes.reduce(wished, openEditLog('w', 0, start)), at)
      expect(at.draft).toEqual(done.now)
      expect(done).toMatchObject({ pending: [], base: done.now })
      let back = done
      while (back.past.length > 0) back = undone(back)
      expect(back.now).toEqual(start)
      let again = back
      while (again.future.length > 0) again = redone(again)
      expect(again.now).toEqual(done.now)
      expect(sent(again, at).now).toEqual(at.draft)
    }))
  })

  test('strokes within a second are one step and one operation, until it has left', () => {
    const typed = ['x', 'xy', 'xyz'].reduce((log, text, index) => edited(log, prompt(text), index * 100, 'a'), openEditLog('w', 0, start))
    expect([typed.past.length, typed.pending.length]).toEqual([1, 1])
    const { log: sending } = takeToSend(typed, 10)
    const later = edited(sending, prompt('xyz!'), 400, 'a')
    expect([later.past.length, later.pending.length]).toEqual([1, 2])
    expect(undone(later).now).toEqual(start)
  })

  test('what is typed and taken back within a second is nothing', () => {
    const log = edited(edited(openEditLog('w', 0, start), prompt('x'), 0, 'a'), prompt('p'), 10, 'a')
    expect(log).toMatchObject({ pending: [], past: [], now: start })
  })

  test('kept and reopened it is the same, and undo goes on', () => {
    const log = withName(edited(undone(edited(edited(openEditLog('w', 0, start), prompt('1')), prompt('2'))), prompt('3')), 'New')
    const { writer, revision, pending, nextSerial, past, future, clashes } = log
    const again = reopenEditLog(JSON.parse(JSON.stringify({ writer, revision, pending, nextSerial, past, future, clashes })) as EditLog, start)
    expect(again.now).toEqual(log.now)
    expect(undone(undone(again)).now).toEqual({ ...start, name: 'New' })
  })
})

describe('undo', () => {
  test('draws no edge to a node that others removed', () => {
    const edge = { id: 'a>b', source: 'a', target: 'b' } as unknown as GraphEdge
    const at = server({ ...start, graph: { ...start.graph, edges: [edge] } })
    const parted = sent(edited(openEditLog('me', 0, at.draft), { do: 'remove', nodeIds: [], edgeIds: ['a>b'] }), at)
    sent(edited(openEditLog('you', 1, at.draft), { do: 'remove', nodeIds: ['b'], edgeIds: [] }), at)
    const back = undone(caughtUp(parted, { revision: 2, operations: at.operations.slice(1) }))
    expect(back.now.graph).toEqual({ nodes: [start.graph.nodes[0]], edges: [] })
  })
})

describe('two editors', () => {
  test('come to one graph, which is what the server\'s operations say', () => {
    const step = fc.oneof({ weight: 6, arbitrary: fc.record({ who: fc.nat(1), wish }) }, { weight: 2, arbitrary: fc.record({ who: fc.nat(1), send: fc.constantFrom('arrives', 'answer lost', 'lost') }) }, fc.record({ who: fc.nat(1), travel: fc.constantFrom('undo', 'redo') }))
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const at = server(start)
      const logs = [openEditLog('w0', 0, start), openEditLog('w1', 0, start)]
      for (const one of steps) {
        const log = logs[one.who]!
        if ('wish' in one) logs[one.who] = wished(log, one.wish)
        else if ('travel' in one) logs[one.who] = one.travel === 'undo' ? undone(log) : redone(log)
        else if (one.send === 'arrives') logs[one.who] = sent(log, at)
        else {
          const { log: sending, operations } = takeToSend(log, 3)
          if (one.send === 'answer lost') at.take(log.revision, operations)
          logs[one.who] = notSent(sending)
        }
      }
      const ends = [...logs, ...logs].map((_, index) => (logs[index % 2] = sent(logs[index % 2]!, at))).slice(2)
      for (const { now, pending, revision } of ends) expect({ now, pending, revision }).toEqual({ now: at.draft, pending: [], revision: at.operations.length })
      expect(at.operations.reduce((draft, { change }) => applyChange(draft, change), start)).toEqual(at.draft)
      expect(new Set(at.operations.map(({ id }) => id)).size).toBe(at.operations.length)
    }), { numRuns: 300 })
  })

  test('the same field: theirs stands, mine is kept beside it, and can be taken as an edit', () => {
    const at = server(start)
    const mine = edited(openEditLog('me', 0, start), prompt('mine'))
    sent(edited(openEditLog('you', 0, start), prompt('theirs')), at)
    const merged = sent(mine, at)
    expect(merged.now.graph.nodes[0]!.config.prompt).toBe('theirs')
    expect(merged).toMatchObject({ past: [], pending: [], clashes: [{ id: 'a', field: 'config.prompt', mine: 'mine', theirs: 'theirs' }] })
    const taken = withoutClash(edited(merged, takeMine(merged.now.graph, merged.clashes[0]!)), merged.clashes[0]!)
    expect(taken.now.graph.nodes[0]!.config.prompt).toBe('mine')
    expect(sent(taken, at)).toMatchObject({ clashes: [], now: at.draft })
  })

  test('undo does not touch what somebody changed since', () => {
    const at = server(start)
    const mine = sent(edited(edited(openEditLog('me', 0, start), { do: 'rename', nodeId: 'b', name: 'B!' }), prompt('mine')), at)
    sent(edited(sent(openEditLog('you', 0, start), at), { do: 'set-config', nodeId: 'a', config: { prompt: 'theirs' } }), at)
    const seen = caughtUp(mine, { revision: 3, operations: at.operations.slice(2) })
    const back = undone(seen)
    // The step of which nothing is left is passed over.
    expect(back.now.graph.nodes.map(({ name, config }) => [name, config.prompt])).toEqual([['a', 'theirs'], ['b', undefined]])
  })

  test('both add a node under one id: what was done to mine since, and its undo, follow the new id', () => {
    const at = server(start)
    let mine = edited(openEditLog('me', 0, start), { do: 'add', nodes: [agent('c', { prompt: 'm' })], edges: [] })
    mine = edited(mine, { do: 'rename', nodeId: 'c', name: 'Mine' })
    sent(edited(openEditLog('you', 0, start), { do: 'add', nodes: [agent('c', { prompt: 't' })], edges: [] }), at)
    const merged = sent(mine, at)
    expect(merged.now.graph.nodes.map(({ id, name }) => [id, name]).sort()).toEqual([['a', 'a'], ['b', 'b'], ['c', 'c'], ['c2', 'Mine']])
    expect(undone(undone(merged)).now.graph.nodes.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c'])
  })

  test('with a whole draft instead of operations it comes together too', () => {
    const mine = edited(openEditLog('me', 0, start), prompt('mine'))
    const theirs = { ...start, name: 'Theirs', graph: applyEdit(start.graph, { do: 'rename', nodeId: 'b', name: 'B' }) }
    const merged = caughtUp(mine, { revision: 9, draft: theirs, had: new Set() })
    expect(merged).toMatchObject({ revision: 9, clashes: [], pending: [{ id: 'me:1' }], now: { name: 'Theirs' } })
    expect(merged.now.graph.nodes.map(({ name, config }) => [name, config.prompt])).toEqual([['a', 'mine'], ['B', undefined]])
  })

  test('what a tab that died left is done again at the end', () => {
    const left = edited(openEditLog('dead', 0, start), prompt('left')).pending
    const log = withForeign(edited(openEditLog('me', 0, start), { do: 'rename', nodeId: 'b', name: 'B' }), left)
    expect(log.pending.map(({ id }) => id)).toEqual(['me:1', 'dead:1'])
    expect(log.now.graph.nodes[0]!.config.prompt).toBe('left')
  })
})

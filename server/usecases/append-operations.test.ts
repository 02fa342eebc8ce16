import { beforeEach, expect, test } from 'vitest'
import { dataChain } from '@/domain/template/data-chain'
import { GraphDiff } from '@/domain/graph/graph-diff'
import { applyEdit } from '@/domain/graph/graph-edit'
import { changeBetween, type Draft, type Operation } from '@/domain/graph/workflow-change'
import { OPERATIONS_KEPT } from '@/server/ports/workflow-store'
import { localActor as me } from './actor'
import { createUseCaseWorld } from './use-case-world.suite'

let world: ReturnType<typeof createUseCaseWorld>
let id = ''
const first: Draft = { name: 'W', description: '', graph: dataChain.graph }
const node = dataChain.graph.nodes[0]!.id
const renamed = (draft: Draft, name: string): Draft => ({ ...draft, graph: applyEdit(draft.graph, { do: 'rename', nodeId: node, name }) })
beforeEach(async () => {
  world = createUseCaseWorld()
  id = (await world.workflows.create(me, first)).id
})

/** Names given one after the other, as operations. */
function named(...names: string[]): { operations: Operation[]; draft: Draft } {
  let draft = first
  const operations = names.map((name, index) => {
    const next = renamed(draft, name)
    const operation = { id: `w:${index}`, change: changeBetween(draft, next) }
    draft = next
    return operation
  })
  return { operations, draft }
}

test('edits are taken in order, each a revision, and told to whoever is behind', async () => {
  const { operations, draft } = named('a', 'b', 'c')
  expect(await world.workflows.append(me, id, { revision: 1, operations })).toBe(4)
  expect(await world.workflows.find(me, id)).toMatchObject({ ...draft, revision: 4 })
  expect(await world.workflows.since(me, id, 2)).toEqual({ revision: 4, operations: operations.slice(1) })
  expect(await world.workflows.since(me, id, 4)).toEqual({ revision: 4, operations: [] })
})

test('what was sent twice is refused as stale and found by its id', async () => {
  const { operations } = named('a')
  await world.workflows.append(me, id, { revision: 1, operations })
  await expect(world.workflows.append(me, id, { revision: 1, operations })).rejects.toMatchObject({ code: 'STALE_REVISION' })
  expect(await world.workflows.since(me, id, 1)).toMatchObject({ operations: [{ id: 'w:0' }] })
})

test('all or none: one that does not fit, or leads to no graph, changes nothing', async () => {
  const { operations } = named('a', 'b')
  await expect(world.workflows.append(me, id, { revision: 1, operations: [operations[0]!, { ...operations[1]!, id: 'w:2', change: named('x', 'y').operations[1]!.change }] })).rejects.toMatchObject({ code: 'OPERATION_MISFIT' })
  const field = (name: string) => GraphDiff.safeParse({ nodes: [{ id: node, do: 'change', fields: [{ field: name, to: 'x' }] }], edges: [] }).success
  expect([field('name'), field('config.x'), field('id'), field('__proto__')]).toEqual([true, true, false, false])
  expect(GraphDiff.safeParse({ nodes: [{ id: 'other', do: 'add', item: dataChain.graph.nodes[0], at: 0 }], edges: [] }).success).toBe(false)
  const broken = { id: 'w:9', change: { graph: { nodes: [{ id: node, do: 'change' as const, fields: [{ field: 'type', from: dataChain.graph.nodes[0]!.type, to: 'teleport' }] }], edges: [] } } }
  await expect(world.workflows.append(me, id, { revision: 1, operations: [broken] })).rejects.toMatchObject({ name: 'ZodError' })
  await expect(world.workflows.append(me, 'wf_none', { revision: 1, operations })).rejects.toMatchObject({ code: 'WORKFLOW_NOT_FOUND' })
  expect(await world.workflows.find(me, id)).toMatchObject({ ...first, revision: 1 })
})

test('a whole graph put by a program is an operation too', async () => {
  await world.workflows.update(me, id, { revision: 1, graph: renamed(first, 'put').graph, description: 'd' })
  expect(await world.workflows.since(me, id, 1)).toEqual({ revision: 2, operations: [{ id: '', change: changeBetween(first, { ...renamed(first, 'put'), description: 'd' }) }] })
})

test('a graph whose nodes share an id is told as a draft', async () => {
  const { nodes, edges } = dataChain.graph
  const draft = { ...first, graph: { nodes: [...nodes, { ...nodes[1]!, name: 'Twin' }], edges } }
  await world.workflows.update(me, id, { revision: 1, graph: draft.graph })
  expect(await world.workflows.since(me, id, 1)).toEqual({ revision: 2, draft, had: [''] })
})

test('too far behind, or ahead of a store that was put back: the draft, with what is known to be in it', async () => {
  for (let batch = 0; batch < 6; batch++) {
    const { revision, name, description, graph } = await world.workflows.find(me, id)
    let draft: Draft = { name, description, graph }
    const operations = Array.from({ length: 200 }, (_, index) => {
      const next = { ...draft, name: `n${batch}-${index}` }
      const operation = { id: `w:${batch * 200 + index}`, change: changeBetween(draft, next) }
      draft = next
      return operation
    })
    await world.workflows.append(me, id, { revision, operations })
  }
  const far = await world.workflows.since(me, id, 1)
  expect(far).toMatchObject({ revision: 1_201, draft: { name: 'n5-199' } })
  expect('had' in far && far.had.length).toBe(OPERATIONS_KEPT)
  expect(await world.workflows.since(me, id, 5_000)).toMatchObject({ revision: 1_201, draft: { name: 'n5-199' } })
})

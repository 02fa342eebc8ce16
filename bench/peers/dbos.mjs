// The bench's graphs on DBOS: a workflow that runs each step behind those before it, on the PostgreSQL that
// HEDDLE_TEST_POSTGRES names.
import { DBOS } from '@dbos-inc/dbos-sdk'

const silent = { debug() {}, info() {}, warn() {}, error: console.error }

/** @throws without a PostgreSQL */
export async function open() {
  if (!process.env.HEDDLE_TEST_POSTGRES) throw new Error('there is no PostgreSQL: run it behind .ci/with-postgres')
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl: process.env.HEDDLE_TEST_POSTGRES, systemDatabaseSchemaName: 'dbos_bench', logger: silent })
  const workflow = DBOS.registerWorkflow(async (graph) => {
    const done = new Map()
    // Begun in the order of the graph, as DBOS asks for: the same at every recovery.
    for (const { id } of graph.nodes) {
      const before = graph.edges.filter(({ target }) => target === id).map(({ source }) => done.get(source))
      if (before.length === 1) await before[0]
      else if (before.length > 1) await Promise.all(before)
      done.set(id, DBOS.runStep(() => Promise.resolve(null), { name: id }))
    }
    await Promise.all(done.values())
  }, { name: 'graph' })
  await DBOS.launch()
  return {
    name: 'DBOS, PostgreSQL',
    async run(graph) {
      // In an order in which a step finds those before it.
      await workflow({ nodes: inOrder(graph).map(({ id }) => ({ id })), edges: graph.edges.map(({ source, target }) => ({ source, target })) })
    },
    close: () => DBOS.shutdown(),
  }
}

function inOrder({ nodes, edges }) {
  const left = new Map(nodes.map((node) => [node.id, edges.filter(({ target }) => target === node.id).length]))
  const order = nodes.filter(({ id }) => left.get(id) === 0)
  for (const { id } of order) {
    for (const { target } of edges.filter(({ source }) => source === id)) {
      left.set(target, left.get(target) - 1)
      if (left.get(target) === 0) order.push(nodes.find((node) => node.id === target))
    }
  }
  return order
}

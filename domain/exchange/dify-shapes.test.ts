import { afterAll, describe, expect, test } from 'vitest'
import { createTemplates } from '@/server/adapters/templates/create-templates'
import { createWorld } from '@/server/engine/engine-world.suite'
import { validateGraph } from '@/domain/graph/validate'
import { readForeign } from './read-foreign'

/** Shapes that Dify's exports have in public, in words of our own. */
type Any = Record<string, unknown>
const node = (id: string, type: string, data: Any, more: Any = {}): Any => ({ id, type: 'custom', position: { x: 80, y: 282 }, height: 54, width: 244, ...more, data: { desc: '', selected: false, title: id, type, ...data } })
const edge = (source: string, target: string, sourceHandle = 'source'): Any => ({ id: `${source}-${sourceHandle}-${target}-target`, source, sourceHandle, target, targetHandle: 'target', type: 'custom', zIndex: 0, data: { isInIteration: false, isInLoop: false } })
const app = (nodes: Any[], edges: Any[], { mode = 'workflow', version = '0.3.1', ...more }: Any = {}): Any => ({ app: { description: '', icon: '🤖', mode, name: 'Desk' }, dependencies: [], kind: 'app', version, workflow: { conversation_variables: [], environment_variables: [], features: {}, graph: { edges, nodes, viewport: { x: 0, y: 0, zoom: 1 } }, ...more } })
const start = (...variables: string[]): Any => node('start', 'start', { variables: variables.map((variable) => ({ variable, label: variable, type: 'paragraph', required: true, options: [] })) })

function imported(file: Any) {
  const read = readForeign(file, 'file')
  if (!read?.ok) throw new Error(`not read: ${JSON.stringify(read)}`)
  const { document, remarks } = read.found
  return { graph: document.graph, config: (id: string): Any => document.graph.nodes.find((one) => one.id === id)!.config, told: remarks.map(({ level, code, node: of, detail }) => [level, code, of ?? '', detail ?? ''].join(' ').trim()), issues: validateGraph(document.graph).map(({ message }) => message) }
}

const templates = createTemplates({ threads: 1 })
afterAll(() => templates.close())

describe('a template with a loop and a condition in it', () => {
  const found = imported(app([
    start('rows'),
    node('code', 'code', { code: "def main(rows):\n    return {'result': []}", code_language: 'python3', outputs: { result: { children: null, type: 'array[object]' } }, variables: [{ variable: 'rows', value_selector: ['start', 'rows'] }] }),
    node('table', 'template-transform', { template: '|Name|\n|---|\n{% for row in arg1 -%}\n|{{row.name|upper}}{% if not loop.last %},{% endif %}|\n{% endfor -%}', variables: [{ variable: 'arg1', value_selector: ['code', 'result'] }] }),
    node('end', 'end', { outputs: [{ variable: 'text', value_selector: ['table', 'output'] }] }),
  ], [edge('start', 'code'), edge('code', 'table'), edge('table', 'end')]))
  test('is a transform that says the same', async () => {
    expect([found.issues, found.told]).toEqual([[], []])
    const world = createWorld({ templates })
    const run = await world.begin(found.graph, { rows: 'a, b' })
    await expect.poll(() => world.coded.length).toBe(1)
    world.coded[0]!.done({ output: { result: [{ name: 'a' }, { name: 'b' }] }, stdout: '', stderr: '' })
    await expect.poll(async () => (await world.state(run)).output).toEqual({ text: '|Name|\n|---|\n|A,|\n|B|\n' })
  })
})

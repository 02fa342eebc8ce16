import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { en } from '@/app/messages/en'
import { NODE_TYPES, type GraphNode, type NodeType } from '@/domain/graph/graph'
import { configs } from '@/domain/graph/node-types'
import type { Json } from '@/domain/json'
import { TooltipProvider } from '@/components/ui/tooltip'
import { EditorContext } from '../editor-context'
import { createEditorStore } from '../editor-store'
import { LastRunContext } from '../last-run/last-run-context'
import { createLastRunStore } from '../last-run/last-run-store'
import { NodeForm } from './node-form'

/** Set on the canvas, by the panel above the form, or, the body of a map, in a canvas of its own. */
const ELSEWHERE = new Set(['locked', 'disabled', 'body', 'members', 'collapsed', 'width', 'height'])
const ERROR = 'Nothing is right with it'

function markupWith(type: NodeType, config: Record<string, Json>, path: string): string {
  const node = { id: 'n', type, name: 'Node', position: { x: 0, y: 0 }, config } as GraphNode
  const graph = { nodes: [node], edges: [] }
  return renderToStaticMarkup(
    <NextIntlClientProvider locale="en" messages={en} timeZone="UTC">
      <TooltipProvider>
      <QueryClientProvider client={new QueryClient()}>
        <EditorContext value={createEditorStore({ name: 'W', graph, clock: () => 0 })}>
          <LastRunContext value={createLastRunStore(true)}>
            <NodeForm graph={graph} around={[]} node={node} issues={[{ nodeId: 'n', path, code: 'FIELD', message: ERROR }]} onConfig={() => undefined} onRename={() => undefined} />
          </LastRunContext>
        </EditorContext>
      </QueryClientProvider>
      </TooltipProvider>
    </NextIntlClientProvider>,
  )
}

/** Some fields are there only for what another says. */
const CASES: readonly [NodeType, Record<string, Json>][] = [...NODE_TYPES.map((type): [NodeType, Record<string, Json>] => [type, {}]), ['message', { mode: 'receive' }], ['agent', { responseSchema: { type: 'object', properties: {} } }]]
const RECEIVING = new Set(['from', 'waitMs', 'capacity'])
const SENDING = new Set(['to', 'payload', 'ttlMs'])

describe.each(CASES)('%s %j', (type, config) => {
  const fields = Object.keys(configs[type].shape).filter((field) => !ELSEWHERE.has(field) && !(type === 'message' && (config.mode === 'receive' ? SENDING : RECEIVING).has(field)))
  test.each(fields.length > 0 ? fields : ['nothing'])('what the server refuses in %s is said in the form, where it can be seen', (field) => {
    if (field === 'nothing') return
    const markup = markupWith(type, config, field)
    expect(markup.split(ERROR).length - 1).toBeGreaterThan(0)
    const before = markup.slice(0, markup.indexOf(ERROR))
    // A fault in a folded part opens it.
    const opened = [...before.matchAll(/<details([^>]*)>|<\/details>/g)].reduce<string[]>((open, [tag, attributes]) => (tag === '</details>' ? open.slice(0, -1) : [...open, attributes ?? '']), [])
    expect(opened.every((attributes) => attributes.includes('open'))).toBe(true)
  })
})

test('a fault within a list is said at its own entry, and once', () => {
  const markup = markupWith('transform', { expression: '1', remember: [{ key: 'fine' }, { key: '9' }] }, 'remember.1.key')
  expect(markup.split(ERROR).length - 1).toBe(1)
  expect(markup.indexOf(ERROR)).toBeGreaterThan(markup.indexOf('value="9"'))
})

test('of the fields of a retry policy the one at fault says so, once', () => {
  expect(markupWith('http', { retry: { factor: 99 } }, 'retry.factor').split(ERROR).length - 1).toBe(1)
})

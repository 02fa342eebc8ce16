import { ReactFlowProvider, type NodeProps } from '@xyflow/react'
import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { en } from '@/app/messages/en'
import { GraphNode } from '@/domain/graph/graph'
import type { Reach } from '@/components/graph/reach'
import { ReachContext } from '@/components/graph/reach-context'
import { EditorContext } from './editor-context'
import { EditorNode, type EditorFlowNode } from './editor-node'
import { createEditorStore } from './editor-store'
import { LastRunContext } from './last-run/last-run-context'
import { createLastRunStore } from './last-run/last-run-store'

const node = GraphNode.parse({ id: 'sum', type: 'transform', name: 'Sum up', position: { x: 0, y: 0 }, config: { expression: '1 + 2', onError: 'branch' } })

function seenFrom(reach: Reach): string {
  return renderToStaticMarkup(
    <NextIntlClientProvider locale="en" messages={en} timeZone="UTC">
      <EditorContext value={createEditorStore({ clock: () => 0 })}>
        <LastRunContext value={createLastRunStore(true)}>
          <ReactFlowProvider><ReachContext value={reach}><EditorNode {...({ id: node.id, data: { node, issues: 2 }, selected: false } as unknown as NodeProps<EditorFlowNode>)} /></ReachContext></ReactFlowProvider>
        </LastRunContext>
      </EditorContext>
    </NextIntlClientProvider>,
  )
}

test.each([
  ['near', { name: true, detail: true, handles: true, handleNames: true }],
  ['middle', { name: true, detail: false, handles: true, handleNames: true }],
  ['far', { name: true, detail: false, handles: true, handleNames: false }],
  ['outline', { name: false, detail: false, handles: false, handleNames: false }],
] as const)('seen from %s a node has what can be made out', (reach, { name, detail, handles, handleNames }) => {
  const html = seenFrom(reach)
  expect(html).toContain('node-box')
  // That something is wrong with it, its border tells from everywhere.
  expect(html).toContain('border-state-failed-border')
  expect(html.includes('>Sum up<')).toBe(name)
  // Under the hand it says its name from everywhere.
  expect(html).toContain('title="Sum up"')
  expect(html.includes('1 + 2')).toBe(detail)
  expect(html.includes('react-flow__handle')).toBe(handles)
  expect(html.includes('>error</span>')).toBe(handleNames)
})

/** What lies open on the desk beside the graph: a question, a mode, what was said last. None of it is saved or undone. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Point } from '@/domain/graph/graph-edit'
import type { Anchor } from '@/domain/graph/insert-node'

/** A small palette that is open. `at` is a place on the screen; `place`, where the node goes, on the plane. */
export type Ask = { kind: 'add'; anchor: Anchor; at: Point; place: Point } | { kind: 'replace'; nodeId: string; at: Point }

export type DeskView = {
  asking: Ask | undefined
  /** The edge under the hand: it shows its plus, or lights up for what would be dropped on it. */
  hoveredEdge: string | undefined
  /** What a screen reader is told; a number tells two equal sayings apart. */
  said: { text: string; number: number }
}

export type EditorDesk = {
  view: StoreApi<DeskView>
  ask(asking: Ask | undefined): void
  hover(edgeId: string | undefined): void
  say(text: string): void
}

export function createEditorDesk(): EditorDesk {
  const view = createStore<DeskView>(() => ({ asking: undefined, hoveredEdge: undefined, said: { text: '', number: 0 } }))
  return {
    view,
    ask: (asking) => view.setState({ asking }),
    hover: (hoveredEdge) => view.setState((now) => (now.hoveredEdge === hoveredEdge ? now : { hoveredEdge })),
    say: (text) => view.setState(({ said }) => ({ said: { text, number: said.number + 1 } })),
  }
}

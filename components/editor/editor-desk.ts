/** What lies open on the desk beside the graph: a question, a mode, what was said last. None of it is saved or undone. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Point } from '@/domain/graph/graph-edit'
import type { Anchor } from '@/domain/graph/insert-node'
import type { Guide } from './snap-guides'

/** A small palette that is open. `at` is a place on the screen; `place`, where the node goes, on the plane. */
export type Ask = { kind: 'add'; anchor: Anchor; at: Point; place: Point } | { kind: 'replace'; nodeId: string; at: Point } | { kind: 'connect'; way: 'out' | 'into'; nodeId: string; at: Point }

export type DeskView = {
  /** Whether the graph is drawn, or listed. */
  shows: 'canvas' | 'list'
  asking: Ask | undefined
  /** The edge under the hand: it shows its plus, or lights up for what would be dropped on it. */
  hoveredEdge: string | undefined
  /** Where nodes are shown while they glide to the places that the graph gives them already. */
  gliding: Readonly<Record<string, Point>>
  /** Whether nodes are under the hand. */
  dragging: boolean
  /** Whether the canvas is about to show what somebody asked to see: nothing else moves it then. */
  aiming: boolean
  /** Whether what cannot be had together lies open; a new one opens by itself. */
  clashesShown: boolean
  /** What a screen reader is told; a number tells two equal sayings apart. */
  said: { text: string; number: number }
}

export type EditorDesk = {
  view: StoreApi<DeskView>
  /** Lines along which what is dragged agrees with others. Apart from the view: they change with every step of a drag, and each edge listens to the view. */
  guides: StoreApi<readonly Guide[]>
  /** Where nodes are that are under the hand. Apart from the view too: React Flow is told each step, and the canvas is not drawn again. */
  carried: StoreApi<Readonly<Record<string, Point>>>
  show(shows: DeskView['shows']): void
  ask(asking: Ask | undefined): void
  hover(edgeId: string | undefined): void
  guide(guides: readonly Guide[]): void
  /** @param places `nowhere` lets them go */
  carry(places: Readonly<Record<string, Point>>): void
  glide(places: Readonly<Record<string, Point>>): void
  drag(dragging: boolean): void
  aim(aiming: boolean): void
  say(text: string): void
  showClashes(shown: boolean): void
}

export const nowhere: Readonly<Record<string, Point>> = {}
const noGuides: readonly Guide[] = []

export function createEditorDesk(): EditorDesk {
  const view = createStore<DeskView>(() => ({ shows: 'canvas', asking: undefined, hoveredEdge: undefined, gliding: nowhere, dragging: false, aiming: false, clashesShown: true, said: { text: '', number: 0 } }))
  const guides = createStore<readonly Guide[]>(() => noGuides)
  const carried = createStore(() => nowhere)
  return {
    view,
    guides,
    carried,
    show: (shows) => view.setState({ shows }),
    ask: (asking) => view.setState({ asking }),
    hover: (hoveredEdge) => view.setState((now) => (now.hoveredEdge === hoveredEdge ? now : { hoveredEdge })),
    guide: (next) => guides.setState((now) => (next.length === 0 && now.length === 0 ? now : next), true),
    carry: (places) => carried.setState(places, true),
    glide: (gliding) => view.setState({ gliding }),
    drag: (dragging) => view.setState((now) => (now.dragging === dragging ? now : { dragging })),
    aim: (aiming) => view.setState({ aiming }),
    showClashes: (clashesShown) => view.setState({ clashesShown }),
    say: (text) => view.setState(({ said }) => ({ said: { text, number: said.number + 1 } })),
  }
}

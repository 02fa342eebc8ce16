/**
 * What the editor holds of one workflow. React Flow draws it; nothing else keeps a graph.
 * E1. Every change of the graph goes through `edit`, so that undo and redo know it.
 * E2. One drag, one paste and one burst of typing in a field are one step of undo.
 * E3. Selection, place and saving are not part of history.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Graph } from '@/domain/graph/graph'
import { applyDiff, diffOf, isEmptyDiff, joinDiffs, reverseDiff, type GraphDiff } from '@/domain/graph/graph-diff'
import type { GraphEdit } from '@/domain/graph/graph-edit'
import { sparingLocked } from '@/domain/graph/locks'
import { editAt, graphAt } from '@/domain/graph/nested-graph'
import { isLocked } from '@/domain/graph/node-types'
import type { EpochMs } from '@/domain/json'

type Step = { diff: GraphDiff; path: readonly string[]; /** Strokes with the same key soon after each other are one step. */ key: string | undefined; at: EpochMs }

/** `failed` is tried again by itself; `refused` would be refused again until the graph changes. */
export type SaveState = { kind: 'saved' } | { kind: 'unsaved' } | { kind: 'saving' } | { kind: 'failed'; message: string } | { kind: 'refused'; message: string } | { kind: 'conflict' }

export type EditorView = {
  name: string
  /** The whole workflow; what is shown is the level that `path` names. */
  root: Graph
  path: readonly string[]
  past: readonly Step[]
  future: readonly Step[]
  selected: { nodes: readonly string[]; edges: readonly string[] }
  saving: SaveState
}

export type EditorStore = {
  view: StoreApi<EditorView>
  /** The graph of the level that is open. */
  level(): Graph
  /** @param key strokes with the same key within a second become one step of undo */
  edit(edit: GraphEdit, key?: string): void
  undo(): void
  redo(): void
  rename(name: string): void
  select(nodes: readonly string[], edges?: readonly string[]): void
  /** Opens the body of a map. */
  enter(mapId: string): void
  /** Goes back out until `depth` maps are open. */
  leave(depth: number): void
  setSaving(saving: SaveState): void
  /** Takes over what somebody else saved; it cannot be undone into their absence. */
  load(name: string, root: Graph): void
}

const MOST_STEPS = 500
const TYPING_MS = 1_000
const none = { nodes: [], edges: [] } as const

/** @param clock the reader's own, in epoch ms */
export function createEditorStore({ name, graph, clock }: { name: string; graph: Graph; clock: () => EpochMs }): EditorStore {
  const view = createStore<EditorView>(() => ({ name, root: graph, path: [], past: [], future: [], selected: none, saving: { kind: 'saved' } }))

  function travel(from: 'past' | 'future', to: 'past' | 'future', turn: (diff: GraphDiff) => GraphDiff): void {
    const now = view.getState()
    const step = now[from].at(-1)
    if (!step) return
    view.setState({ root: applyDiff(now.root, turn(step.diff)), path: step.path, selected: kept(now, applyDiff(now.root, turn(step.diff)), step.path), [from]: now[from].slice(0, -1), [to]: [...now[to], { ...step, key: undefined }], ...unsaved(now) })
  }

  return {
    view,
    level: () => graphAt(view.getState().root, view.getState().path),
    edit(given, key) {
      const now = view.getState()
      // A map that is locked is so with all that is in it.
      if (now.path.some((id, depth) => isLockedAt(now, id, depth))) return
      const diff = diffOf(now.root, editAt(now.root, now.path, sparingLocked(graphAt(now.root, now.path), given)))
      if (isEmptyDiff(diff)) return
      const last = now.past.at(-1)
      // After an undo the last step is one that somebody went back to: it stays as it is.
      const joins = key !== undefined && now.future.length === 0 && last?.key === key && clock() - last.at < TYPING_MS
      const step: Step = { diff: joins ? joinDiffs(last.diff, diff) : diff, path: now.path, key, at: clock() }
      const root = applyDiff(now.root, diff)
      view.setState({ root, past: [...(joins ? now.past.slice(0, -1) : now.past), step].slice(-MOST_STEPS), future: [], selected: kept(now, root, now.path), ...unsaved(now) })
    },
    undo: () => travel('past', 'future', reverseDiff),
    redo: () => travel('future', 'past', (diff) => diff),
    rename: (next) => view.setState((now) => (now.name === next ? now : { name: next, ...unsaved(now) })),
    select: (nodes, edges = []) => view.setState({ selected: { nodes, edges } }),
    enter: (mapId) => view.setState((now) => ({ path: [...now.path, mapId], selected: none })),
    leave: (depth) => view.setState((now) => ({ path: now.path.slice(0, depth), selected: none })),
    setSaving: (saving) => view.setState({ saving }),
    load: (nextName, root) => view.setState({ name: nextName, root, path: [], past: [], future: [], selected: none, saving: { kind: 'saved' } }),
  }
}

/** A conflict stays until a person has decided it. */
function unsaved({ saving }: EditorView): Partial<EditorView> {
  return saving.kind === 'conflict' ? {} : { saving: { kind: 'unsaved' } }
}

function isLockedAt({ root, path }: EditorView, id: string, depth: number): boolean {
  return graphAt(root, path.slice(0, depth)).nodes.some((node) => node.id === id && isLocked(node))
}

/** What is still there stays selected. */
function kept({ selected }: EditorView, root: Graph, path: readonly string[]): EditorView['selected'] {
  const level = graphAt(root, path)
  const nodes = selected.nodes.filter((id) => level.nodes.some((node) => node.id === id))
  const edges = selected.edges.filter((id) => level.edges.some((edge) => edge.id === id))
  return nodes.length === selected.nodes.length && edges.length === selected.edges.length ? selected : { nodes, edges }
}

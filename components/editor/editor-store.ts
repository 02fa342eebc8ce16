/**
 * What the editor holds of one workflow. React Flow draws it; nothing else keeps a graph.
 * E1. Every change of the graph goes through `edit`, so that undo and redo know it.
 * E2. One drag, one paste and one burst of typing in a field are one step of undo.
 * E3. Selection, place and saving are not part of history.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'
import { emptyGraph, type Graph } from '@/domain/graph/graph'
import { openEditLog, redone, undone, withEdit, withName, withoutClash, type EditLog } from '@/domain/graph/edit-log'
import { applyEdit, type GraphEdit } from '@/domain/graph/graph-edit'
import { takeMine, type Clash } from '@/domain/graph/merge-diff'
import { sparingLocked } from '@/domain/graph/locks'
import { editAt, graphAt } from '@/domain/graph/nested-graph'
import { isLocked } from '@/domain/graph/node-types'
import type { EpochMs } from '@/domain/json'

/** `offline` is tried again by itself; `refused` would be refused again until the graph changes. */
export type SaveState = { kind: 'saved' } | { kind: 'unsaved' } | { kind: 'saving' } | { kind: 'offline' } | { kind: 'refused'; code: string; message: string }

export type EditorView = {
  name: string
  /** The whole workflow; what is shown is the level that `path` names. */
  root: Graph
  path: readonly string[]
  past: EditLog['past']
  future: EditLog['future']
  /** What was done, and how far the server has it; name, root, past and future are parts of it. */
  log: EditLog
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
  /** Opens the level of a node, by the maps around it, and selects it. */
  show(path: readonly string[], nodes: readonly string[], edges?: readonly string[]): void
  /** Opens the body of a map. */
  enter(mapId: string): void
  /** Goes back out until `depth` maps are open. */
  leave(depth: number): void
  setSaving(saving: SaveState): void
  /** The log as it is after an exchange with the server: nothing that a person did here. */
  take(log: EditLog): void
  /** Of two sides that cannot both be had, the one that a person chose. Taking mine is an edit like any other. */
  settle(clash: Clash, side: 'mine' | 'theirs'): void
}

const emptyDraft = { name: '', description: '', graph: emptyGraph }
const none = { nodes: [], edges: [] } as const

/** @param clock the reader's own, in epoch ms */
export function createEditorStore({ log = openEditLog('here', 0, emptyDraft), clock, ...start }: { log?: EditLog; name?: string; graph?: Graph; clock: () => EpochMs }): EditorStore {
  const { name = log.now.name, graph = log.now.graph } = start
  const first = log.now.name === name && log.now.graph === graph ? log : openEditLog(log.writer, log.revision, { name, description: '', graph })
  const view = createStore<EditorView>(() => ({ ...viewOf(first), path: [], selected: none, saving: first.pending.length === 0 ? { kind: 'saved' } : { kind: 'unsaved' } }))

  /** @param path the level where it happened, to be looked at */
  function done(next: EditLog, path: readonly string[]): void {
    const now = view.getState()
    // Away from the server one is until it has answered, whatever is done meanwhile.
    if (next !== now.log) view.setState({ ...viewOf(next), path, selected: kept(now, next.now.graph, path), ...(now.saving.kind !== 'offline' && { saving: { kind: 'unsaved' } }) })
  }

  return {
    view,
    level: () => graphAt(view.getState().root, view.getState().path),
    edit(given, key) {
      const now = view.getState()
      // A map that is locked is so with all that is in it.
      if (now.path.some((id, depth) => isLockedAt(now, id, depth))) return
      const root = applyEdit(now.root, editAt(now.root, now.path, sparingLocked(graphAt(now.root, now.path), given)))
      done(withEdit(now.log, root, { path: now.path, key, at: clock() }), now.path)
    },
    undo() {
      const { log, past, path } = view.getState()
      done(undone(log), past.at(-1)?.path ?? path)
    },
    redo() {
      const { log, future, path } = view.getState()
      done(redone(log), future.at(-1)?.path ?? path)
    },
    rename(next) {
      const { log, path } = view.getState()
      done(withName(log, next), path)
    },
    select: (nodes, edges = []) => view.setState({ selected: { nodes, edges } }),
    show: (path, nodes, edges = []) => view.setState({ path, selected: { nodes, edges } }),
    enter: (mapId) => view.setState((now) => ({ path: [...now.path, mapId], selected: none })),
    leave: (depth) => view.setState((now) => ({ path: now.path.slice(0, depth), selected: none })),
    setSaving: (saving) => view.setState({ saving }),
    take(next) {
      const now = view.getState()
      const root = next.now.graph
      const gone = now.path.findIndex((id, depth) => !graphAt(root, now.path.slice(0, depth)).nodes.some((node) => node.id === id))
      const path = gone === -1 ? now.path : now.path.slice(0, gone)
      view.setState({ ...viewOf(next), path, selected: kept(now, root, path) })
    },
    settle(clash, side) {
      const { log: before, root, name: title, path } = view.getState()
      const settled = withoutClash(before, clash)
      if (side === 'theirs') return view.setState(viewOf(settled))
      if (clash.item === 'workflow') return done(withName(settled, clash.kind === 'field' && clash.field === 'name' ? String(clash.mine) : title), path)
      done(withEdit(settled, applyEdit(root, editAt(root, clash.path, takeMine(graphAt(root, clash.path), clash))), { path: clash.path, key: undefined, at: clock() }), clash.path)
    },
  }
}

function viewOf(log: EditLog): Pick<EditorView, 'name' | 'root' | 'past' | 'future' | 'log'> {
  return { name: log.now.name, root: log.now.graph, past: log.past, future: log.future, log }
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

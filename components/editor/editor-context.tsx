'use client'

import { createContext, useContext, useDeferredValue, useMemo } from 'react'
import { useStore } from 'zustand'
import type { Graph } from '@/domain/graph/graph'
import { graphAt } from '@/domain/graph/nested-graph'
import { validateGraph, type GraphIssue } from '@/domain/graph/validate'
import type { EditorStore, EditorView } from './editor-store'

export const EditorContext = createContext<EditorStore | undefined>(undefined)

export function useEditorStore(): EditorStore {
  const store = useContext(EditorContext)
  if (!store) throw new Error('Outside an editor')
  return store
}

/** A part of the view; pick a value that keeps its identity while nothing changed. */
export function useEditorView<T>(select: (view: EditorView) => T): T {
  return useStore(useEditorStore().view, select)
}

/** The graph of the level that is open. */
export function useLevel(): Graph {
  return useEditorView((view) => graphAt(view.root, view.path))
}

/** What keeps the open level from running. Worked out once per graph, however many parts show it; the stroke of a key is drawn first. */
export function useLevelIssues(): readonly GraphIssue[] {
  const level = useDeferredValue(useLevel())
  const nested = useEditorView((view) => view.path.length > 0)
  return useMemo(() => issuesOf(level, nested), [level, nested])
}

const known = new WeakMap<Graph, readonly GraphIssue[]>()

function issuesOf(graph: Graph, nested: boolean): readonly GraphIssue[] {
  const found = known.get(graph) ?? validateGraph(graph, nested)
  known.set(graph, found)
  return found
}

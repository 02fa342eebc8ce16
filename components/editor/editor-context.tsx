'use client'

import { createContext, useContext, useDeferredValue, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { emptyGraph, type Graph } from '@/domain/graph/graph'
import { callsIn } from '@/domain/graph/called-workflows'
import { graphAt } from '@/domain/graph/nested-graph'
import { validateGraph, type GraphIssue } from '@/domain/graph/validate'
import { keyOfText, textFaults, type TextFaults } from './code/text-faults'
import type { DeskView, EditorDesk } from './editor-desk'
import { useIssuesOfCalls } from './editor-queries'
import type { EditorStore, EditorView } from './editor-store'

export const EditorContext = createContext<EditorStore | undefined>(undefined)
/** The workflow that is edited. */
export const WorkflowIdContext = createContext('')

export function useEditorStore(): EditorStore {
  const store = useContext(EditorContext)
  if (!store) throw new Error('Outside an editor')
  return store
}

export const DeskContext = createContext<EditorDesk | undefined>(undefined)

export function useDesk(): EditorDesk {
  const desk = useContext(DeskContext)
  if (!desk) throw new Error('Outside an editor')
  return desk
}

/** A part of what lies on the desk; pick a value that keeps its identity while nothing changed. */
export function useDeskView<T>(select: (view: DeskView) => T): T {
  return useStore(useDesk().view, select)
}

/** A part of the view; pick a value that keeps its identity while nothing changed. */
export function useEditorView<T>(select: (view: EditorView) => T): T {
  return useStore(useEditorStore().view, select)
}

/** The graph of the level that is open. */
export function useLevel(): Graph {
  return useEditorView((view) => graphAt(view.root, view.path))
}

/** What the maps are called whose bodies are open, outermost first. */
export function useLevelNames(): readonly string[] {
  const root = useEditorView((view) => view.root)
  const path = useEditorView((view) => view.path)
  return path.map((id, depth) => graphAt(root, path.slice(0, depth)).nodes.find((node) => node.id === id)?.name ?? id)
}

/** What is selected; while nodes are dragged, what was before: the settings of the dragged open when they are let go, and stop no frame. */
export function useSettledSelection(): EditorView['selected'] {
  const selected = useEditorView((view) => view.selected)
  const dragging = useDeskView((view) => view.dragging)
  const [settled, settle] = useState(selected)
  if (!dragging && settled !== selected) settle(selected)
  return dragging ? settled : selected
}

/** What is known of a level that has not been looked through: a large graph is drawn first. */
export const notLookedThrough: readonly GraphIssue[] = []

/** What keeps the open level from running. Worked out once per graph, however many parts show it; the graph itself, and the stroke of a key, are drawn first. */
export function useLevelIssues(): readonly GraphIssue[] {
  const now = useLevel()
  const looked = useDeferredValue(now, known.has(now) ? now : undefined)
  const level = looked ?? emptyGraph
  const nested = useEditorView((view) => view.path.length > 0)
  const calls = !nested && hasCalls(level)
  const faults = useStore(textFaults(useEditorStore()))
  const { data } = useIssuesOfCalls(useContext(WorkflowIdContext), level, calls)
  return useMemo(() => {
    if (!looked) return notLookedThrough
    const own = issuesOf(level, nested, faults)
    // The server looks at all of it; what is known here already is said once.
    const others = calls ? ((data?.issues ?? []) as GraphIssue[]).filter(({ message }) => !own.some((issue) => issue.message === message)) : []
    return others.length === 0 ? own : [...own, ...others.filter(({ nodeId }) => nodeId === undefined || level.nodes.some(({ id }) => id === nodeId))]
  }, [looked, level, nested, faults, calls, data])
}

const known = new WeakMap<Graph, { faults: TextFaults; issues: readonly GraphIssue[] }>()
const calling = new WeakMap<Graph, boolean>()

/** Many parts of the editor ask; a graph is looked through once. */
function hasCalls(graph: Graph): boolean {
  const found = calling.get(graph) ?? callsIn(graph).length > 0
  calling.set(graph, found)
  return found
}

function issuesOf(graph: Graph, nested: boolean, faults: TextFaults): readonly GraphIssue[] {
  const found = known.get(graph)
  if (found?.faults === faults) return found.issues
  const issues = validateGraph(graph, nested, (text) => faults.get(keyOfText(text)))
  known.set(graph, { faults, issues })
  return issues
}

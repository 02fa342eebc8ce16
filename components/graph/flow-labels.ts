'use client'

import type { AriaLabelConfig } from '@xyflow/react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { Graph, GraphEdge } from '@/domain/graph/graph'

/** What React Flow says of itself to a screen reader, in the reader's language. */
export function useFlowLabels(edits: boolean): Partial<AriaLabelConfig> {
  const t = useTranslations('build.flow')
  return useMemo(() => ({
    'node.a11yDescription.default': t(edits ? 'node' : 'shownNode'),
    'node.a11yDescription.keyboardDisabled': t(edits ? 'node' : 'shownNode'),
    'node.a11yDescription.ariaLiveMessage': ({ x, y }) => t('moved', { x: Math.round(x), y: Math.round(y) }),
    'edge.a11yDescription.default': t('edge'),
    'controls.ariaLabel': t('controls'),
    'controls.zoomIn.ariaLabel': t('zoomIn'),
    'controls.zoomOut.ariaLabel': t('zoomOut'),
    'controls.fitView.ariaLabel': t('fit'),
    'minimap.ariaLabel': t('minimap'),
    'handle.ariaLabel': t('handle'),
  }), [t, edits])
}

/** Stand for the ends in the sentence; no language uses these signs. */
const [FROM, TO] = ['\u0001', '\u0002']
const ENDS = /(\u0001|\u0002)/

/** How an edge is called: by the names of the nodes at its ends. */
export function useEdgeName(graph: Graph): (edge: Pick<GraphEdge, 'source' | 'target'>) => string {
  const t = useTranslations('build.flow')
  return useMemo(() => {
    const names = new Map(graph.nodes.map(({ id, name }) => [id as string, name]))
    // The sentence is put together once: a thousand edges would each have it read and put together again.
    const parts = t('edgeName', { from: FROM, to: TO }).split(ENDS)
    return ({ source, target }) => parts.map((part) => (part === FROM ? (names.get(source) ?? source) : part === TO ? (names.get(target) ?? target) : part)).join('')
  }, [graph.nodes, t])
}

import { useMemo } from 'react'
import { graphAt } from '@/domain/graph/nested-graph'
import { placeOf, type GraphIssue } from '@/domain/graph/validate'
import { useEditorStore } from './editor-context'
import { useFit } from './use-fit'

export type GoTo = {
  /** @param path the maps around the node, outermost first */
  toNode(path: readonly string[], nodeId: string): void
  /** Where an issue of the open level is, in the body of a map too. */
  toIssue(issue: GraphIssue): void
}

/** Goes to a node or an edge of any level: it is selected and in sight. */
export function useGoTo(): GoTo {
  const store = useEditorStore()
  const fit = useFit()
  return useMemo(() => {
    // A level that opens is drawn, and fitted as a whole, before one node of it can be looked at.
    const look = (...ids: string[]) => fit({ nodes: ids.map((id) => ({ id })), duration: 200 })
    const toNode = (path: readonly string[], nodeId: string) => (store.show(path, [nodeId]), look(nodeId))
    return {
      toNode,
      toIssue(issue) {
        const { root, path: open } = store.view.getState()
        const { path, nodeId, edgeId } = placeOf(issue, open)
        if (nodeId !== undefined) return toNode(path, nodeId)
        const edge = graphAt(root, path).edges.find((one) => one.id === edgeId)
        store.show(path, [], edge ? [edge.id] : [])
        if (edge) look(edge.source, edge.target)
      },
    }
  }, [store, fit])
}

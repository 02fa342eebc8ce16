import { useSearchParams } from 'next/navigation'
import { useEffect } from 'react'
import { nodeAtKey } from '@/domain/graph/nested-graph'
import { useEditorStore } from './editor-context'
import { useGoTo } from './use-go-to'

/** Opens the node that the address names, as a run does that failed there: `?node=map.inner`. */
export function useAddress(): void {
  const key = useSearchParams().get('node')
  const store = useEditorStore()
  const { toNode } = useGoTo()
  useEffect(() => {
    const place = key === null ? undefined : nodeAtKey(store.view.getState().root, key)
    if (place) toNode(place.path, place.nodeId)
  }, [key, store, toNode])
}

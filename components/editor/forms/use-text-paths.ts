'use client'

import { useCallback, useMemo } from 'react'
import type { Json } from '@/domain/json'
import { useLevel } from '../editor-context'
import { useLastRun } from '../last-run/last-run-context'
import { valueAtPath } from '../last-run/value-at-path'
import type { InsertablePath } from './insertable-paths'
import { withValueFields } from './value-paths'

/** What a text of the open level may read: by the types of the nodes before it, and by what these gave the last time or are pinned to. */
export function useTextPaths(known: readonly InsertablePath[]): { paths: readonly InsertablePath[]; valueAt: (path: string) => Json | undefined } {
  const level = useLevel()
  const results = useLastRun((view) => view.results)
  const input = useLastRun((view) => view.input)
  const valueAt = useCallback((path: string) => {
    const pinnedOf = (nodeId: string) => level.nodes.find((node) => node.id === nodeId)?.config.pinnedOutput
    return valueAtPath({ input, results }, path, pinnedOf)
  }, [level, results, input])
  const paths = useMemo(() => withValueFields(known, valueAt), [known, valueAt])
  return { paths, valueAt }
}

'use client'

import { useMemo } from 'react'
import type { Graph } from '@/domain/graph/graph'
import { likest } from '@/domain/likest'
import { useModels } from '../editor-queries'
import { isServed, modelChoices } from './model-choices'
import { modelsIn, unservedModels, type UnservedModel } from './unserved-models'

/** Most models that are named in place of one. */
const MOST = 3

/** Agents of a level whose calls would fail as the fleet is now. `there`: models that are served, the likest first; `none` without any. The fleet is asked only where a model is named. */
export function useUnserved(level: Graph): (UnservedModel & { there: string })[] {
  const names = useMemo(() => modelsIn(level).length > 0, [level])
  const { fleet, listings, known } = useModels(names)
  return useMemo(() => {
    if (!names || !known) return []
    const choices = modelChoices(fleet, listings)
    const served = choices.filter(isServed).map(({ id }) => id)
    return unservedModels(level, choices).map((one) => ({ ...one, there: likest(one.model, served, MOST).join(', ') || 'none' }))
  }, [names, known, fleet, listings, level])
}

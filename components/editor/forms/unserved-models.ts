import { Graph } from '@/domain/graph/graph'
import { isDisabled } from '@/domain/graph/node-types'
import { isServed, type ModelChoice } from './model-choices'

/** An agent that asks a model which no healthy instance serves. `path`: the maps around it below the level that was looked at. */
export type UnservedModel = { path: readonly string[]; nodeId: string; name: string; model: string; /** Whether the fleet knows it: its instances may come back. */ known: boolean }

/** Agents whose calls would fail as the fleet is now, in the bodies of maps too. */
export function unservedModels(level: Graph, choices: readonly ModelChoice[], path: readonly string[] = []): UnservedModel[] {
  return modelsIn(level, path).flatMap(({ model, ...at }) => {
    const choice = choices.find(({ id }) => id === model)
    return choice && isServed(choice) ? [] : [{ ...at, model, known: choice !== undefined }]
  })
}

/** The models that agents name; one that names none gets the fleet's first. */
export function modelsIn(level: Graph, path: readonly string[] = []): Omit<UnservedModel, 'known'>[] {
  return level.nodes.flatMap(({ id, type, name, config }) => {
    if (isDisabled(config)) return []
    const body = type === 'map' ? Graph.safeParse(config.body) : undefined
    if (body?.success) return modelsIn(body.data, [...path, id])
    return type === 'agent' && typeof config.model === 'string' && config.model !== '' ? [{ path, nodeId: id, name, model: config.model }] : []
  })
}

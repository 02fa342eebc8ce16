import { itemPrefix } from '@/domain/run/run-graph'
import { indexAt } from '@/domain/run/trial'

/** Items that somebody chose, by run and map: `run_1 outer[3].inner` → 0. */
export type ItemPicks = Readonly<Record<string, number>>

export function pickKey(runId: string, mapKey: string): string {
  return `${runId} ${mapKey}`
}

/**
 * The item that a trial in a map's body works with, map by map: the one chosen, else the one that is told of, else the first.
 * @param path the maps that are open, outermost first
 * @param told the step that the last result of the node is of
 */
export function itemsToTry(path: readonly string[], runId: string, picks: ItemPicks, told: string | undefined): { mapKey: string; index: number }[] {
  let prefix = ''
  return path.map((id) => {
    const mapKey = prefix + id
    const index = picks[pickKey(runId, mapKey)] ?? indexAt(told, mapKey) ?? 0
    prefix = itemPrefix(mapKey, index)
    return { mapKey, index }
  })
}

/** As a trial names it: `outer[3].inner[0]`. */
export function itemStep(items: readonly { mapKey: string; index: number }[]): string {
  const { mapKey, index } = items.at(-1)!
  return `${mapKey}[${index}]`
}

/** The item that somebody chose for a node in a map's body, where the result that is told is of another. @param told the step that this result is of */
export function itemToShow(path: readonly string[], nodeId: string, runId: string | undefined, picks: ItemPicks, told: string | undefined): { runId: string; step: string } | undefined {
  if (path.length === 0 || runId === undefined || Object.keys(picks).length === 0) return undefined
  const step = itemStep(itemsToTry(path, runId, picks, told))
  return told === `${step}.${nodeId}` ? undefined : { runId, step }
}

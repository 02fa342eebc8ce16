import { z } from 'zod'
import { NodeType } from '@/domain/graph/graph'
import { Json } from '@/domain/json'

const RECENT_KEY = 'heddle-recent-types'
const RecentTypes = z.array(NodeType)
const inputKey = (id: string) => `heddle-input:${id}`

export function keepInput(id: string, input: Json): void {
  attempt(() => localStorage.setItem(inputKey(id), JSON.stringify(input)))
}

export function keptInput(id: string): Json | undefined {
  const text = attempt(() => localStorage.getItem(inputKey(id)))
  return text === null || text === undefined ? undefined : attempt(() => Json.parse(JSON.parse(text)))
}

/** Types of nodes in the order they were last added, the latest first. */
export function recentTypes(): NodeType[] {
  return attempt(() => RecentTypes.parse(JSON.parse(localStorage.getItem(RECENT_KEY) ?? '[]'))) ?? []
}

export function keepRecentType(type: NodeType): void {
  attempt(() => localStorage.setItem(RECENT_KEY, JSON.stringify([type, ...recentTypes().filter((one) => one !== type)])))
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}

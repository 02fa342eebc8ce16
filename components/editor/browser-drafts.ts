import { z } from 'zod'
import { Graph, NodeType } from '@/domain/graph/graph'
import { Json } from '@/domain/json'

const Draft = z.object({ name: z.string(), graph: Graph, revision: z.int() })
/** Work, and the revision of the server's that it was made on. */
export type Draft = z.infer<typeof Draft>

const draftKey = (id: string) => `heddle-draft:${id}`
const RECENT_KEY = 'heddle-recent-types'
const RecentTypes = z.array(NodeType)
const inputKey = (id: string) => `heddle-input:${id}`

/** Work that the server does not have yet. A browser without room, or without storage, keeps none. */
export function keepDraft(id: string, draft: Draft | undefined): void {
  attempt(() => (draft === undefined ? localStorage.removeItem(draftKey(id)) : localStorage.setItem(draftKey(id), JSON.stringify(draft))))
}

export function keptDraft(id: string): Draft | undefined {
  return attempt(() => Draft.parse(JSON.parse(localStorage.getItem(draftKey(id)) ?? 'null')))
}

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

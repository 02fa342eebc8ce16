import type { Json } from '@/domain/json'
import { ofNode, type LastRunView } from './last-run-store'

/** What a path of a template, `steps.plan.output.text`, was the last time. @param pinnedOf the pinned output of a node */
export function valueAtPath({ input, results }: Pick<LastRunView, 'input' | 'results'>, path: string, pinnedOf: (id: string) => Json | undefined): Json | undefined {
  const [root, ...keys] = [...path.matchAll(/(?:^|\.)([A-Za-z_][\w-]*)|\.([\w-]+)|\["([^"]+)"\]/g)].map((part) => part[1] ?? part[2] ?? part[3] ?? '')
  if (root === 'input') return walk(input, keys)
  const [id = '', what, ...rest] = keys
  if (root !== 'steps' || what !== 'output') return undefined
  return walk(pinnedOf(id) ?? ofNode(results, id)?.output, rest)
}

function walk(value: Json | undefined, keys: readonly string[]): Json | undefined {
  return keys.reduce<Json | undefined>((at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Record<string, Json>)[key] : undefined), value)
}

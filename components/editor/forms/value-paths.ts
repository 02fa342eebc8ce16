import type { Json } from '@/domain/json'
import { pathField, type InsertablePath } from './insertable-paths'
import { isRecord } from './schema-fields'

/** Fields of one value, and how deep they are offered: what an answer of a foreign server holds can be much. */
const MOST_FIELDS = 30
const DEPTH = 2

/**
 * The paths, and the fields that the values there had the last time, where no type tells of any: what a transform, code or an
 * HTTP answer gives is known only then.
 * @param valueAt what a path was the last time, or is pinned to
 */
export function withValueFields(paths: readonly InsertablePath[], valueAt: (path: string) => Json | undefined): InsertablePath[] {
  const holding = new Set(paths.map(({ path }) => path.replace(/(\.\w+|\["[^"\]]*"\])$/, '')))
  return paths.flatMap((one) => (holding.has(one.path) ? [one] : [one, ...fieldsOf(one, valueAt(one.path), 0)]))
}

function fieldsOf({ path, node }: InsertablePath, value: Json | undefined, depth: number): InsertablePath[] {
  if (depth === DEPTH || !isRecord(value)) return []
  return Object.entries(value).slice(0, MOST_FIELDS).flatMap(([name, inner]) => {
    const here: InsertablePath = { path: `${path}${pathField(name)}`, type: kindOf(inner), node }
    return [here, ...fieldsOf(here, inner, depth + 1)]
  })
}

/** In the words of types, not deeper: it is only what the value was. */
function kindOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  return typeof value === 'string' ? 'text' : typeof value
}

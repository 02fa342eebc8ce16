import type { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import type { InsertablePath } from './insertable-paths'

/** What a field of any node needs. */
export type FieldContext = {
  config: Record<string, Json>
  /** An empty optional field leaves the config. */
  set: (field: string, value: Json | undefined) => void
  /** Several at once, as one edit. */
  setAll: (fields: Record<string, Json>) => void
  /** What is wrong with a field, or with a part of it, in words; `retry.factor` is a field too. */
  errorOf: (field: string) => string | undefined
  paths: readonly InsertablePath[]
  /** The node's own level, and those around it, outermost first. */
  levels: { own: Graph; around: readonly Graph[] }
}

export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
export const numberOf = (value: Json | undefined): number | undefined => (typeof value === 'number' ? value : undefined)

import type { Json } from '@/domain/json'
import type { InsertablePath } from './insertable-paths'

/** What a field of any node needs. */
export type FieldContext = {
  config: Record<string, Json>
  /** An empty optional field leaves the config. */
  set: (field: string, value: Json | undefined) => void
  /** What is wrong with a field, in words. */
  errorOf: (field: string) => string | undefined
  paths: readonly InsertablePath[]
}

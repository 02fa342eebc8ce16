import type { Json } from '@/domain/json'
import { LargeValue } from '@/domain/run/large-value'
import { readableJson } from './readable-json'

/** Characters of an output that are shown; the rest is on the run's own page. */
const MOST = 4_000

/** An agent's words are what people compare; its figures stand beside. */
export function shownOutput(output: Json | LargeValue, most = MOST): string {
  if (output === null) return ''
  if (output instanceof LargeValue) return `${output.preview}…`
  const words = typeof output === 'object' && output !== null && !Array.isArray(output) && typeof output.text === 'string' ? output.text : undefined
  const text = words ?? (typeof output === 'string' ? output : readableJson(output))
  return text.length > most ? `${text.slice(0, most)}…` : text
}

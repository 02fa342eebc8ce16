import type { Json } from '@/domain/json'
import type { RunFact } from './run-event'

/** A value whose JSON is longer is kept apart, once for all that hold it. */
export const LARGE_BYTES = 64 * 1024
/** Characters of its JSON, or of the text it is, that are shown before it is loaded. */
const PREVIEW = 300

/** `hash`: SHA-256 of the value's JSON, hex; `bytes`: how long that is; `items`: how many a map works through by it. */
export type LargeRef = { hash: string; bytes: number; preview: string; items?: number }

/** The server's own bundle and that of its pages each have a copy of the class below: this is the same in both. */
const BRAND = Symbol.for('heddle.large-value')

/**
 * Stands in an event, and in what is folded from it, for a value that was not read along. Known by a symbol, so that nothing a
 * person gave a run can be taken for one: what was parsed from JSON has none.
 */
export class LargeValue implements LargeRef {
  static [Symbol.hasInstance](value: unknown): value is LargeValue {
    return typeof value === 'object' && value !== null && BRAND in value
  }
  /** On the prototype: a copy of its fields is no longer one. */
  get [BRAND](): true {
    return true
  }
  readonly hash: string
  readonly bytes: number
  readonly preview: string
  declare readonly items?: number
  constructor({ hash, bytes, preview, items }: LargeRef) {
    this.hash = hash
    this.bytes = bytes
    this.preview = preview
    if (items !== undefined) this.items = items
  }
}

/** A value of an event that is not there; undefined: it is. */
export function largeOf(value: unknown): LargeValue | undefined {
  return value instanceof LargeValue ? value : undefined
}

/** Where an event holds values of any size. */
export const VALUE_PLACES = ['input', 'output', 'value', 'payload', 'reason.output'] as const
export type ValuePlace = (typeof VALUE_PLACES)[number]
/** What of an event stands elsewhere. */
export type LargeRefs = Partial<Record<ValuePlace, LargeRef>>

/** The values an event holds, by place. */
export function valuesOf(fact: RunFact): [ValuePlace, Json][] {
  switch (fact.type) {
    case 'run.queued':
      return [['input', fact.input]]
    case 'step.started':
      return fact.input === undefined ? [] : [['input', fact.input]]
    case 'run.completed':
    case 'step.completed':
      return [['output', fact.output]]
    case 'memory.written':
      return [['value', fact.value]]
    case 'message.sent':
      return [['payload', fact.payload]]
    case 'step.skipped':
      return fact.reason.kind === 'disabled' ? [['reason.output', fact.reason.output]] : []
    default:
      return []
  }
}

/** The event with other values at these places; the event itself where there are none. */
export function withValues<Event extends object>(event: Event, values: ReadonlyMap<ValuePlace, unknown>): Event {
  if (values.size === 0) return event
  const changed = { ...event } as Record<string, unknown>
  for (const [place, value] of values) {
    if (place === 'reason.output') changed.reason = { ...(changed.reason as object), output: value }
    else changed[place] = value
  }
  return changed as unknown as Event
}

/** The event with what `refs` tell of in its places. */
export function withRefs<Event extends object>(event: Event, refs: LargeRefs): Event {
  return withValues(event, new Map(placesOf(refs).map(([place, ref]) => [place, new LargeValue(ref)])))
}

export function placesOf(refs: LargeRefs): [ValuePlace, LargeRef][] {
  return VALUE_PLACES.flatMap((place) => (refs[place] ? [[place, refs[place]]] : []))
}

/** What an agent wants called says how its run looks, to the page too: such a value stays in its event. */
export function tellsCalls(value: Json): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && Array.isArray(value.toolCalls) && value.toolCalls.length > 0
}

/** How many a map works through, where the value is what one began with. */
export function itemCount(value: Json): number | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && Array.isArray(value.items) ? value.items.length : undefined
}

/** What is shown of a value before it is loaded. */
export function previewOf(value: Json, json: string): string {
  const text = typeof value === 'string' ? value : json
  // Not half of a pair.
  const end = text.length > PREVIEW && /[\ud800-\udbff]/.test(text[PREVIEW - 1]!) ? PREVIEW - 1 : PREVIEW
  return text.slice(0, end)
}

import { unreachable } from '@/domain/error'
import type { EpochMs } from '@/domain/json'
import type { Judge } from './alert-rule'

/** A1. `since` of firing and recovering is when the alert began to fire: a breach while recovering goes on with the same alert. */
export type AlertState =
  | { kind: 'ok'; since: EpochMs }
  | { kind: 'pending'; since: EpochMs }
  | { kind: 'firing'; since: EpochMs }
  | { kind: 'recovering'; since: EpochMs; clearSince: EpochMs }
  | { kind: 'no-data'; since: EpochMs }

/** A value in the metric's unit, or undefined: a gap. */
export type Reading = number | undefined

/** One look. Returns the same object where nothing changed; times between looks are the caller's. */
export function nextAlert(state: AlertState, reading: Reading, at: EpochMs, rule: Judge): AlertState {
  const found = judge(reading, rule)
  switch (found) {
    case 'breach': return breached(state, at, rule)
    case 'clear': return cleared(state, at, rule)
    case 'gap': return state.kind === 'no-data' ? state : { kind: 'no-data', since: at }
    case 'unseen': return state
    default: return unreachable(found)
  }
}

function judge(reading: Reading, { is, threshold, noData }: Judge): 'breach' | 'clear' | 'gap' | 'unseen' {
  if (reading !== undefined) return (is === 'above' ? reading > threshold : reading < threshold) ? 'breach' : 'clear'
  switch (noData) {
    case 'show': return 'gap'
    case 'ok': return 'clear'
    case 'breach': return 'breach'
    case 'keep': return 'unseen'
    default: return unreachable(noData)
  }
}

function breached(state: AlertState, at: EpochMs, { forMs }: Judge): AlertState {
  switch (state.kind) {
    case 'ok':
    case 'no-data': return forMs === 0 ? { kind: 'firing', since: at } : { kind: 'pending', since: at }
    case 'pending': return at - state.since >= forMs ? { kind: 'firing', since: at } : state
    case 'firing': return state
    case 'recovering': return { kind: 'firing', since: state.since }
    default: return unreachable(state)
  }
}

function cleared(state: AlertState, at: EpochMs, { keepFiringMs }: Judge): AlertState {
  switch (state.kind) {
    case 'ok': return state
    case 'no-data':
    case 'pending': return { kind: 'ok', since: at }
    case 'firing': return keepFiringMs === 0 ? { kind: 'ok', since: at } : { kind: 'recovering', since: state.since, clearSince: at }
    case 'recovering': return at - state.clearSince >= keepFiringMs ? { kind: 'ok', since: at } : state
    default: return unreachable(state)
  }
}

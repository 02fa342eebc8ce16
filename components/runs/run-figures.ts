import { largeOf } from '@/domain/run/large-value'
import type { EpochMs } from '@/domain/json'
import { MODEL_STEP } from '@/domain/graph/agent-tools'
import { costOf, pricedCall, type TokenPrices } from '@/domain/metric/token-price'
import { isFinished, type RunState, type Step } from '@/domain/run/run-state'
import { turnsBegun } from '@/domain/run/tool-loop'

export type Tokens = { prompt: number; cached: number; completion: number }

/** What is added up over all steps of a run. `inner`: of each map's inner steps, by the map's id. */
type Tally = { steps: number; tokens: Tokens; inner: Map<string, InnerProgress> }
/** How many are done, of how many that have begun. */
type InnerProgress = { done: number; failed: number; seen: number; tokens: number; /** Undefined: not told. */ cached: number | undefined }

/** Every node and panel asks on every change: a fold is gone through once. */
const tallies = new WeakMap<RunState, Tally>()

function tallyOf(run: RunState): Tally {
  const known = tallies.get(run)
  if (known) return known
  const tally: Tally = { steps: 0, tokens: { prompt: 0, cached: 0, completion: 0 }, inner: new Map() }
  for (const key of Object.keys(run.steps)) {
    const step = run.steps[key]!
    tally.steps += 1
    if (step.reusedFrom === undefined && step.usage) {
      tally.tokens.prompt += step.usage.promptTokens
      tally.tokens.cached += step.usage.cachedTokens ?? 0
      tally.tokens.completion += step.usage.completionTokens
    }
    const bracket = key.indexOf('[')
    if (bracket > 0) tallyInner(tally.inner, key.slice(0, bracket), step)
  }
  tallies.set(run, tally)
  return tally
}

function tallyInner(inner: Tally['inner'], mapId: string, { state, usage, reusedFrom }: Step): void {
  const progress = inner.get(mapId) ?? { done: 0, failed: 0, seen: 0, tokens: 0, cached: undefined }
  progress.seen += 1
  if (state.kind === 'completed') progress.done += 1
  if (state.kind === 'failed') progress.failed += 1
  if (usage && reusedFrom === undefined) {
    progress.tokens += usage.promptTokens + usage.completionTokens
    if (usage.cachedTokens !== undefined) progress.cached = (progress.cached ?? 0) + usage.cachedTokens
  }
  inner.set(mapId, progress)
}

export function stepCount(run: RunState): number {
  return tallyOf(run).steps
}

/** All model calls of a run so far. Steps taken over from a parent cost nothing here. */
export function totalTokens(run: RunState): Tokens {
  return tallyOf(run).tokens
}

/** All model calls of a run so far, at the prices of their time; undefined: some of them have none. */
export function totalCost(run: RunState, prices: TokenPrices): number | undefined {
  let total = 0
  for (const step of Object.values(run.steps)) {
    const call = pricedCall(step)
    const cost = call && costOf(prices, call)
    if (call && cost === undefined) return undefined
    total += cost ?? 0
  }
  return prices.length === 0 ? undefined : total
}

/** From start to end, or to `now` while it goes on. */
export function stepDuration(step: Step, now: EpochMs): number | undefined {
  if (step.startedAt === undefined || step.reusedFrom !== undefined) return undefined
  return Math.max(0, (step.finishedAt ?? now) - step.startedAt)
}

export function runDuration(run: RunState, now: EpochMs): number | undefined {
  const from = run.startedAt ?? run.createdAt
  if (from === undefined) return undefined
  return Math.max(0, (isFinished(run) ? (run.finishedAt ?? now) : now) - from)
}

/** All that fits a node. */
const MOST_WRITTEN = 400
const MOST_OUTPUT = 160

/** Every node asks on every change of the run; most steps are the same then. */
const nodeTexts = new WeakMap<Step, string>()

/** What a node says of its step: why it failed, the end of what its newest attempt has written, or else what it came to, in one line. */
export function nodeText(step: Step): string {
  const known = nodeTexts.get(step)
  if (known !== undefined) return known
  const text = step.state.kind === 'failed' ? step.state.error.message : lastText(step) || outputLine(step)
  nodeTexts.set(step, text)
  return text
}

function lastText(step: Step): string {
  const text = step.attempts.at(-1)?.text ?? ''
  return text.length > MOST_WRITTEN ? `…${text.slice(-MOST_WRITTEN)}` : text
}

function outputLine({ state }: Step): string {
  if (state.kind !== 'completed' || state.output === null) return ''
  const text = largeOf(state.output)?.preview ?? (typeof state.output === 'string' ? state.output : JSON.stringify(state.output))
  return text.length > MOST_OUTPUT ? `${text.slice(0, MOST_OUTPUT)}…` : text
}

/** The whole text a step wrote; a fork's reused step has it in its output only. */
export function textOfStep(step: Step): string {
  const streamed = step.attempts.at(-1)?.text ?? ''
  if (streamed !== '') return streamed
  const output = step.state.kind === 'completed' ? step.state.output : undefined
  return typeof output === 'object' && output !== null && !Array.isArray(output) && typeof output.text === 'string' ? output.text : ''
}

/** The step whose text an agent writes now: of one in turns, the model's in the newest. */
export function writingStep(run: RunState, key: string): Step | undefined {
  const turns = turnsBegun(run, key)
  return run.steps[turns === 0 ? key : `${key}[${turns - 1}].${MODEL_STEP}`]
}

/** Inner steps of a map or an agent that is a node of the run's own graph; undefined before the first has begun. */
export function innerProgress(run: RunState, mapId: string): InnerProgress | undefined {
  return tallyOf(run).inner.get(mapId)
}

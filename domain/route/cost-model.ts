/**
 * How long a call takes at an instance, learnt from calls that ended: the fleet's common rates, and how much slower
 * than them each instance is. What it foretold is compared with what came, and its rates corrected by the difference.
 */

/** What is known when a call is placed: prompt tokens to compute for it, those of calls before it there, calls there, and tokens that those read. */
export type CallLoad = { uncachedTokens: number; aheadTokens: number; calls: number; contextTokens: number }
export type CallTimes = { /** From sending to the first token. */ firstTokenMs?: number; /** From the first token to the last. */ decodeMs?: number; outputTokens: number }

export type CostModel = ReturnType<typeof createCostModel>

/** Calls to be seen before anything is foretold. */
const FEWEST = 8
/** Weight of the newest call in an instance's own ratio. */
const NEWEST = 0.03
/** Calls of an instance before it is judged. */
const FEWEST_TO_JUDGE = 30
const [LEAST_RATIO, MOST_RATIO] = [0.2, 20]
const bounded = (ratio: number): number => Math.min(MOST_RATIO, Math.max(LEAST_RATIO, ratio))

export function createCostModel() {
  const prefill = createRegression(3)
  const decode = createRegression(3)
  /** How each instance differs from the common rates in its tokens. */
  const ratios = new Map<string, { value: number; seen: number }>()
  /** The same in first tokens, where its own queue counts too: of late, what came and what the common rates foretold. */
  const firstTokens = new Map<string, { cameMs: number; foretoldMs: number }>()

  const prefillTerms = ({ uncachedTokens, aheadTokens }: CallLoad): number[] => [1, uncachedTokens / 1_000, aheadTokens / 1_000]
  const decodeTerms = ({ calls, contextTokens }: CallLoad): number[] => [1, calls, contextTokens / 10_000]

  const ratioOf = (instanceId: string): number => ratios.get(instanceId)?.value ?? 1
  // Until first tokens of it were seen, it is as slow in them as in all others.
  function firstRatioOf(instanceId: string): number {
    const sums = firstTokens.get(instanceId)
    return sums ? bounded(sums.cameMs / sums.foretoldMs) : ratioOf(instanceId)
  }

  /** Sums, not a mean of ratios: a short wait that came as a long one would outweigh all others. */
  function learnFirstToken(instanceId: string, cameMs: number, foretoldMs: number): void {
    if (!(foretoldMs > 0)) return
    const sums = firstTokens.get(instanceId) ?? { cameMs: 0, foretoldMs: 0 }
    firstTokens.set(instanceId, { cameMs: (1 - NEWEST) * sums.cameMs + cameMs, foretoldMs: (1 - NEWEST) * sums.foretoldMs + foretoldMs })
  }

  function slownessOf(instanceId: string): number {
    const known = ratios.get(instanceId)
    return known && known.seen >= FEWEST_TO_JUDGE ? known.value / medianOf([...ratios.values()].map((one) => one.value)) : 1
  }

  function learnRatio(instanceId: string, measured: number, foretold: number): void {
    if (!(foretold > 0)) return
    const ratio = bounded(measured / foretold)
    const known = ratios.get(instanceId) ?? { value: 0, seen: 0 }
    const seen = known.seen + 1
    // The first ones count alike, later ones as much as the newest may.
    ratios.set(instanceId, { value: known.value + Math.max(1 / seen, NEWEST) * (ratio - known.value), seen })
  }

  return {
    /** @returns ms to the first token; undefined until enough was seen */
    firstTokenMs(instanceId: string, load: CallLoad): number | undefined {
      return prefill.seen() < FEWEST ? undefined : Math.max(0, prefill.value(prefillTerms(load))) * firstRatioOf(instanceId)
    },
    /** @returns ms between two tokens; undefined until enough was seen */
    tokenMs(instanceId: string, load: CallLoad): number | undefined {
      return decode.seen() < FEWEST ? undefined : Math.max(0, decode.value(decodeTerms(load))) * ratioOf(instanceId)
    },
    /** A call has ended. @param load as it was when the call was placed */
    observe(instanceId: string, load: CallLoad, { firstTokenMs, decodeMs, outputTokens }: CallTimes): void {
      // Each instance teaches the common rates by its own measure, so that a slow one does not make all look slow.
      const own = Math.max(LEAST_RATIO, slownessOf(instanceId))
      if (firstTokenMs !== undefined) {
        if (prefill.seen() >= FEWEST) learnFirstToken(instanceId, firstTokenMs, prefill.value(prefillTerms(load)))
        prefill.learn(prefillTerms(load), firstTokenMs / own)
      }
      if (decodeMs === undefined || outputTokens < 2) return
      const tokenMs = decodeMs / (outputTokens - 1)
      if (decode.seen() >= FEWEST) learnRatio(instanceId, tokenMs, decode.value(decodeTerms(load)))
      decode.learn(decodeTerms(load), tokenMs / own)
    },
    /** Against the median instance: 1 is normal, 3 three times slower. */
    slownessOf,
    /** Times by which its first tokens come later than the common rates foretell. */
    firstTokenRatioOf: firstRatioOf,
    /** The instance began anew, perhaps on other hardware. */
    forget(instanceId: string): void {
      ratios.delete(instanceId)
      firstTokens.delete(instanceId)
    },
  }
}

function medianOf(ratios: readonly number[]): number {
  if (ratios.length < 2) return 1
  const sorted = ratios.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Of each call learnt, the next one forgets this share of what came before. */
const FORGETTING = 0.01

/** Recursive least squares with forgetting: a few multiplications a call, and nothing kept but the sums. */
function createRegression(terms: number) {
  const weights = new Array<number>(terms).fill(0)
  // A large start means: nothing is known, the first calls decide.
  const spread = Array.from({ length: terms }, (_, row) => Array.from({ length: terms }, (_, column) => (row === column ? 1e4 : 0) as number))
  let seen = 0
  const value = (x: readonly number[]): number => x.reduce((sum, term, index) => sum + term * weights[index]!, 0)
  return {
    value,
    seen: (): number => seen,
    learn(x: readonly number[], y: number): void {
      seen += 1
      const keep = 1 - FORGETTING
      const px = spread.map((row) => row.reduce((sum, cell, index) => sum + cell * x[index]!, 0))
      const gain = px.map((cell) => cell / (keep + x.reduce((sum, term, index) => sum + term * px[index]!, 0)))
      const error = y - value(x)
      for (let row = 0; row < terms; row++) {
        weights[row]! += gain[row]! * error
        for (let column = 0; column < terms; column++) {
          // Bounded: a term that never varies would otherwise grow without end.
          spread[row]![column] = Math.min(1e6, Math.max(-1e6, (spread[row]![column]! - gain[row]! * px[column]!) / keep))
        }
      }
    },
  }
}

/**
 * How long a call takes at an instance, learnt from calls that ended: the fleet's common rates, and how much slower
 * than them each instance is. What it foretold is compared with what came, and its rates corrected by the difference.
 */

/** What is known when a call is placed: prompt tokens to compute for it, those of calls before it there, calls there, and tokens that those read. Once it has ended also prompt tokens of those that came after it. */
export type CallLoad = { uncachedTokens: number; aheadTokens: number; calls: number; contextTokens: number; besideTokens?: number }
export type CallTimes = { /** From sending to the first token. */ firstTokenMs?: number; /** From the first token to the last. */ decodeMs?: number; outputTokens: number }

export type CostModel = ReturnType<typeof createCostModel>

/** Calls to be seen before anything is foretold. */
const FEWEST = 8
/** Of each call, the next one forgets this share of what an instance's own ratio is made of. */
const NEWEST = 0.01
/** Calls of an instance before it is judged. */
const FEWEST_TO_JUDGE = 30
const [LEAST_RATIO, MOST_RATIO] = [0.2, 20]
const bounded = (ratio: number): number => Math.min(MOST_RATIO, Math.max(LEAST_RATIO, ratio))

export function createCostModel() {
  const prefill = createRegression(3)
  const decode = createRegression(4)
  /** How each instance differs from the common rates in its tokens: of late, what came and what they foretold. */
  const tokens = createSums()
  /** The same in first tokens, where its own queue counts too. */
  const firstTokens = createSums()

  const prefillTerms = ({ uncachedTokens, aheadTokens }: CallLoad): number[] => [1, uncachedTokens / 1_000, aheadTokens / 1_000]
  // Prompts that are read meanwhile delay the answer once, however long it is.
  const decodeTerms = ({ calls, contextTokens, besideTokens = 0 }: CallLoad, gaps = 1): number[] => [1, calls, contextTokens / 10_000, besideTokens / 1_000 / gaps]

  const ratioOf = (instanceId: string): number => tokens.ratioOf(instanceId) ?? 1
  // Until first tokens of it were seen, it is as slow in them as in all others.
  const firstRatioOf = (instanceId: string): number => firstTokens.ratioOf(instanceId) ?? ratioOf(instanceId)

  function slownessOf(instanceId: string): number {
    return tokens.seen(instanceId) >= FEWEST_TO_JUDGE ? ratioOf(instanceId) / medianOf(tokens.ratios()) : 1
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
        if (prefill.seen() >= FEWEST) firstTokens.add(instanceId, firstTokenMs, prefill.value(prefillTerms(load)))
        prefill.learn(prefillTerms(load), firstTokenMs / own)
      }
      if (decodeMs === undefined || outputTokens < 2) return
      const gaps = outputTokens - 1
      const terms = decodeTerms(load, gaps)
      if (decode.seen() >= FEWEST) tokens.add(instanceId, decodeMs, decode.value(terms) * gaps)
      decode.learn(terms, decodeMs / gaps / own)
    },
    /** Against the median instance: 1 is normal, 3 three times slower. */
    slownessOf,
    /** Times by which its first tokens come later than the common rates foretell. */
    firstTokenRatioOf: firstRatioOf,
    /** The instance began anew, perhaps on other hardware. */
    forget(instanceId: string): void {
      tokens.forget(instanceId)
      firstTokens.forget(instanceId)
    },
  }
}

/**
 * What came against what was foretold, of each instance. Sums, not a mean of ratios: a short answer between whose tokens
 * the prompts of others were read comes ten times too late, and a few of them would make any instance look slow.
 */
function createSums() {
  const byInstance = new Map<string, { cameMs: number; foretoldMs: number; seen: number }>()
  const ratio = ({ cameMs, foretoldMs }: { cameMs: number; foretoldMs: number }): number => bounded(cameMs / foretoldMs)
  return {
    add(instanceId: string, cameMs: number, foretoldMs: number): void {
      if (!(foretoldMs > 0)) return
      const before = byInstance.get(instanceId) ?? { cameMs: 0, foretoldMs: 0, seen: 0 }
      byInstance.set(instanceId, { cameMs: (1 - NEWEST) * before.cameMs + cameMs, foretoldMs: (1 - NEWEST) * before.foretoldMs + foretoldMs, seen: before.seen + 1 })
    },
    ratioOf(instanceId: string): number | undefined {
      const sums = byInstance.get(instanceId)
      return sums && ratio(sums)
    },
    ratios: (): number[] => [...byInstance.values()].map(ratio),
    seen: (instanceId: string): number => byInstance.get(instanceId)?.seen ?? 0,
    forget: (instanceId: string): void => void byInstance.delete(instanceId),
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

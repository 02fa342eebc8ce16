/**
 * Token buckets of models and of keys.
 * L1. A call takes from all its buckets or from none.
 * L2. Tokens are taken as expected before the call, and put right once they are counted.
 * L3. The memory is bounded: the bucket used longest ago makes room. It was the fullest, so little is forgiven.
 */
import type { EpochMs } from '@/domain/json'
import type { LimitView } from '@/domain/route/fleet-view'
import { rateOf, type CallLimits, type Rate } from './call-limits'
import { tokensIn, waitFor, withTaken, type TokenBucket } from './token-bucket'

export type LimitedBy = 'model' | 'key'
const KINDS = ['requests', 'tokens'] as const
type Kind = (typeof KINDS)[number]

type Bucket = { of: LimitedBy; name: string; refused: number; levels: Partial<Record<Kind, TokenBucket>> }
/** A call under its limits: what it took. */
export type LimitReceipt = { tokens: number; buckets: readonly Bucket[] }
export type LimitRefusal = { waitMs: number; of: LimitedBy; name: string; kind: Kind; perMinute: number; /** The line that refused: the name, or `*`. */ line: string }
export type Admission = { ok: true; receipt: LimitReceipt } | { ok: false; refusal: LimitRefusal }
export type LimitedCall = { model: string | undefined; key: string; /** Of the prompt and the answer, as expected. */ tokens: number }

const MAX_BUCKETS = 10_000

export function createCallLimiter(atFirst: CallLimits = { models: [], keys: [] }, maxBuckets = MAX_BUCKETS) {
  let limits = atFirst
  const buckets = new Map<string, Bucket>()

  const rateFor = (of: LimitedBy, name: string): Rate | undefined => rateOf(of === 'model' ? limits.models : limits.keys, name)

  function bucketOf(of: LimitedBy, name: string): Bucket {
    const id = `${of}\n${name}`
    const bucket = buckets.get(id) ?? { of, name, refused: 0, levels: {} }
    buckets.delete(id)
    buckets.set(id, bucket)
    if (buckets.size > maxBuckets) buckets.delete(buckets.keys().next().value!)
    return bucket
  }

  return {
    /** From now on these hold. What was used up stays used up. */
    set(next: CallLimits): void {
      limits = next
      for (const [id, { of, name }] of buckets) if (!rateFor(of, name)) buckets.delete(id)
    },
    limits: (): CallLimits => limits,
    admit({ model, key, tokens }: LimitedCall, now: EpochMs): Admission {
      const asked: [LimitedBy, string][] = [...(model === undefined ? [] : [['model', model] as [LimitedBy, string]]), ['key', key]]
      const bound = asked.flatMap(([of, name]) => {
        const rate = rateFor(of, name)
        return rate ? [{ rate, bucket: bucketOf(of, name) }] : []
      })
      let worst: { refusal: LimitRefusal; bucket: Bucket } | undefined
      for (const { rate, bucket } of bound) {
        for (const [kind, perMinute] of boundsOf(rate)) {
          const waitMs = waitFor(bucket.levels[kind], perMinute, kind === 'requests' ? 1 : tokens, now)
          if (waitMs > (worst?.refusal.waitMs ?? 0)) worst = { bucket, refusal: { waitMs, of: bucket.of, name: bucket.name, kind, perMinute, line: rate.name } }
        }
      }
      if (worst) {
        worst.bucket.refused += 1
        return { ok: false, refusal: worst.refusal }
      }
      for (const { rate, bucket } of bound) {
        for (const [kind, perMinute] of boundsOf(rate)) bucket.levels[kind] = withTaken(bucket.levels[kind], perMinute, kind === 'requests' ? 1 : tokens, now)
      }
      return { ok: true, receipt: { tokens, buckets: bound.map(({ bucket }) => bucket) } }
    },
    /** What the call really used. To be said once. */
    settle(receipt: LimitReceipt, usedTokens: number, now: EpochMs): void {
      for (const bucket of receipt.buckets) {
        const perMinute = rateFor(bucket.of, bucket.name)?.tokensPerMinute ?? null
        if (perMinute !== null && bucket.levels.tokens) bucket.levels.tokens = withTaken(bucket.levels.tokens, perMinute, usedTokens - receipt.tokens, now)
      }
    },
    /** The buckets with the least left, at most `most` of models and of keys each. */
    view(now: EpochMs, most: number): LimitView[] {
      const all = [...buckets.values()].flatMap((bucket) => {
        const rate = rateFor(bucket.of, bucket.name)
        return rate ? [viewOf(bucket, rate, now)] : []
      })
      const fullest = all.sort((a, b) => shareLeft(a) - shareLeft(b) || b.refused - a.refused || (a.name < b.name ? -1 : 1))
      return (['model', 'key'] as const).flatMap((of) => fullest.filter((one) => one.of === of).slice(0, most))
    },
    size: (): number => buckets.size,
  }
}

function boundsOf({ requestsPerMinute, tokensPerMinute }: Rate): [Kind, number][] {
  return [...(requestsPerMinute === null ? [] : [['requests', requestsPerMinute] as [Kind, number]]), ...(tokensPerMinute === null ? [] : [['tokens', tokensPerMinute] as [Kind, number]])]
}

function viewOf({ of, name, refused, levels }: Bucket, rate: Rate, now: EpochMs): LimitView {
  return { of, name, refused, ...Object.fromEntries(boundsOf(rate).map(([kind, perMinute]) => [kind, { perMinute, left: tokensIn(levels[kind], perMinute, now) }])) }
}

function shareLeft({ requests, tokens }: LimitView): number {
  return Math.min(...[requests, tokens].map((level) => (level ? level.left / level.perMinute : 1)))
}

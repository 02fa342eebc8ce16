import { z } from 'zod'

/** The span of somebody else that a run stands in. `sampled`: whether that one is told of. */
export const TraceParent = z.object({ traceId: z.string().regex(/^[0-9a-f]{32}$/), spanId: z.string().regex(/^[0-9a-f]{16}$/), sampled: z.boolean() })
export type TraceParent = z.infer<typeof TraceParent>

/**
 * The header `traceparent` of a call. What cannot be read is as if it had not come, as the standard asks: no call is refused for it.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function readTraceparent(header: string | null | undefined): TraceParent | undefined {
  const [, version, traceId, spanId, flags, rest] = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(header?.trim() ?? '') ?? []
  if (version === undefined || version === 'ff' || traceId === undefined || spanId === undefined || flags === undefined) return undefined
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  // Later versions may say more behind; the first has nothing there.
  if (version === '00' && rest !== undefined) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

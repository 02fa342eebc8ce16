import { z } from 'zod'

/** The fleet as people see it: `GET /api/fleet` and the live topic `fleet`. Figures not known are absent, never zero. */
export const InstanceView = z.object({
  id: z.string(),
  url: z.string(),
  simulated: z.boolean(),
  models: z.array(z.string()),
  health: z.enum(['healthy', 'unhealthy', 'draining']),
  /** What calls say of it: `open` gets none for a while, `half-open` one at a time. */
  breaker: z.enum(['closed', 'open', 'half-open']).default('closed'),
  /** Time a token takes there against the median instance; 1 until calls have shown it. */
  slowness: z.number().optional(),
  /** Whether the instance tells what its KV cache holds, or the router guesses from what it sent there. */
  cacheIndex: z.enum(['exact', 'estimated']).optional(),
  version: z.string().optional(),
  running: z.number().optional(),
  waiting: z.number().optional(),
  kvUsage: z.number().optional(),
  prefixHitRate: z.number().optional(),
  ttftMs: z.number().optional(),
  interTokenMs: z.number().optional(),
  inFlight: z.number(),
  /** Sent there since start. */
  requests: z.number(),
  /** As the engine itself reported them in answers. */
  promptTokens: z.number(),
  cachedTokens: z.number(),
  completionTokens: z.number(),
  /** Prefixes computed ahead since start: sent, ended early because a call came, and prompt tokens computed. Absent: switched off. */
  warmUps: z.object({ sent: z.number(), yielded: z.number(), tokens: z.number() }).optional(),
  /** Epoch ms of the last answer or good probe. */
  lastSeenAt: z.number().optional(),
  /** Runs whose home it is, newest first. */
  workflows: z.array(z.string()),
})
export type InstanceView = z.infer<typeof InstanceView>

const Level = z.object({ perMinute: z.number(), /** Now; below zero: owed. */ left: z.number() })
/** What a model or an API key (its fingerprint) may still have, where that is limited. */
const LimitView = z.object({ of: z.enum(['model', 'key']), name: z.string(), requests: Level.optional(), tokens: Level.optional(), /** Calls refused. */ refused: z.number() })

export type LimitView = z.infer<typeof LimitView>

export const FleetView = z.object({
  simulated: z.boolean(),
  policy: z.string(),
  /** Calls that wait in the router for a place. */
  waiting: z.number().default(0),
  /** Limits in use, those with the least left first, at most 20 of models and of keys. Absent: none. */
  limits: z.array(LimitView).optional(),
  instances: z.array(InstanceView),
})
export type FleetView = z.infer<typeof FleetView>

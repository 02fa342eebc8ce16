import { z } from 'zod'
import type { FlameNode } from '@/domain/profile/profile'
import { Timestamp, timestamp } from './page'

/** Longest recording: whoever asked waits for it. */
export const LONGEST_PROFILE_MS = 60_000

export const ProfileBody = z.strictObject({ kind: z.enum(['cpu', 'heap']), durationMs: z.int().min(500).max(LONGEST_PROFILE_MS) })

const LoopDelay = z.object({ meanMs: z.number(), p50Ms: z.number(), p99Ms: z.number(), maxMs: z.number(), busyShare: z.number() })
const Call = { name: z.string(), place: z.string(), own: z.number(), all: z.number() }
const Flame: z.ZodType<FlameNode> = z.object({ ...Call, get calls(): z.ZodType<FlameNode[]> { return z.array(Flame) } })
const HotFunctionBody = z.object({ ...Call, score: z.number(), verdict: z.enum(['bottleneck', 'warm', 'fine']) })

/** `whole`, `busy`, `own`, `all`: ms of CPU, or bytes allocated. `score`: 0 to 100, own of whole. */
export const ServerProfileBody = z.object({ kind: z.enum(['cpu', 'heap']), startedAt: Timestamp, tookMs: z.number(), whole: z.number(), busy: z.number(), loop: LoopDelay, flame: Flame, hottest: z.array(HotFunctionBody) })
export type ServerProfileBody = z.infer<typeof ServerProfileBody>

/** What was not known is absent. Shares are 0 to 1. */
export const ServerFiguresBody = z.object({
  at: Timestamp,
  cpu: z.object({ cores: z.int(), machineShare: z.number().optional(), processCores: z.number().optional() }),
  memory: z.object({ totalBytes: z.number(), freeBytes: z.number(), residentBytes: z.number(), heapUsedBytes: z.number(), heapLimitBytes: z.number() }),
  disk: z.object({ totalBytes: z.number(), freeBytes: z.number() }).optional(),
  loop: LoopDelay,
  queuedRuns: z.int(),
  profiling: z.boolean(),
})
export type ServerFiguresBody = z.infer<typeof ServerFiguresBody>

export function serverProfileBody(profile: Omit<ServerProfileBody, 'startedAt'> & { startedAt: number }): ServerProfileBody {
  return { ...profile, startedAt: timestamp(profile.startedAt) }
}

export function serverFiguresBody(figures: Omit<ServerFiguresBody, 'at'> & { at: number }): ServerFiguresBody {
  return { ...figures, at: timestamp(figures.at) }
}

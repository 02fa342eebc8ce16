import { z } from 'zod'

/** What a check can find and what a repair can come to. */
export const HEALTH_CODES = [
  'storeAnswers', 'fleetHealthy', 'engineAtWork', 'queueWaiting', 'queueStands', 'diskUnknown', 'diskFree', 'loopLate', 'pythonSandbox', 'pythonSeatbelt', 'pythonNone', 'lookFailed',
  'fleetRestarted', 'fleetRestartFailed', 'swept', 'sweepFailed', 'loopHeldBy', 'loopFree', 'loopRecordFailed',
] as const

/**
 * Why a check is as it is, for a page that says it in the reader's language; an English `message` says the same. Values tell their
 * unit by the end of their name: `Ms`, `Bytes`, `Share`.
 */
export const HealthReason = z.object({ code: z.enum(HEALTH_CODES), values: z.record(z.string(), z.union([z.string(), z.number()])).default({}) })
export type HealthReason = z.infer<typeof HealthReason>
export type HealthCode = HealthReason['code']

export function reason(code: HealthCode, values: HealthReason['values'] = {}): HealthReason {
  return { code, values }
}

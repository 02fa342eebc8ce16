import { ROLLUPS } from '@/domain/metric/time-steps'
import type { Clock } from '@/server/ports/clock'
import type { Logger } from '@/server/ports/log-store'
import type { SampleStore } from '@/server/ports/sample-store'

const EVERY_MS = 10 * 60_000
/** Between two deletions, so that others have their turn. */
const PAUSE_MS = 50

/** Deletes samples that are older than their step is kept. */
export function sweepSamples({ samples, clock, logger, onDuty }: { samples: Pick<SampleStore, 'deleteSome'>; clock: Clock; logger: Logger; onDuty: () => boolean }) {
  let stopped = false
  let wake: (() => void) | undefined

  async function sweep(): Promise<void> {
    try {
      for (const { stepMs, keepMs } of ROLLUPS) {
        while (!stopped && onDuty() && (await samples.deleteSome(stepMs, clock.now() - keepMs)) > 0) await new Promise<void>((resolve) => clock.wakeAt(clock.now() + PAUSE_MS, resolve))
      }
    } catch (error) {
      logger({ level: 'WARNING', component: 'samples', category: 'system', message: `Could not delete old samples, trying again later: ${String(error)}` })
    }
    if (!stopped) wake = clock.wakeAt(clock.now() + EVERY_MS, () => void sweep())
  }

  return {
    sweep,
    stop(): void {
      stopped = true
      wake?.()
    },
  }
}

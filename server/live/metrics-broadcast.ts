import type { Clock } from '@/server/ports/clock'
import type { MetricEvent } from '@/wire/samples'

const EVERY_MS = 1_000
/** A step is told again while it still grows: runs are counted some seconds after they ended. */
const LOOK_BACK_MS = 30_000

type Deps = { clock: Clock; /** All samples of steps that have not ended by then. */ recent: (since: number) => Promise<MetricEvent[]>; /** Whether anybody is there to be told. */ heard: () => boolean }

/** Tells samples as they are rolled: what is new, or has grown since it was told. While nobody listens nothing is read. */
export function createMetricsBroadcast({ clock, recent, heard }: Deps, send: (samples: MetricEvent[]) => void) {
  let told = new Map<string, string>()
  let stopped = false
  let wake = clock.wakeAt(clock.now() + EVERY_MS, look)

  async function tell(): Promise<void> {
    const samples = new Map((await recent(clock.now() - LOOK_BACK_MS)).map((sample) => [`${sample.kind} ${sample.subject} ${sample.at}`, sample]))
    const before = told
    told = new Map([...samples].map(([key, sample]) => [key, JSON.stringify(sample)]))
    const fresh = [...samples].flatMap(([key, sample]) => (before.get(key) === told.get(key) ? [] : [sample]))
    if (fresh.length > 0 && !stopped) send(fresh)
  }

  function look(): void {
    if (!heard()) told = new Map()
    // A store in trouble is told of elsewhere; the next look makes up for this one.
    const looked = heard() ? tell().catch(() => undefined) : Promise.resolve()
    void looked.then(() => {
      if (!stopped) wake = clock.wakeAt(clock.now() + EVERY_MS, look)
    })
  }

  return {
    stop(): void {
      stopped = true
      wake()
    },
  }
}

import { hostname } from 'node:os'
import { createRunFeed } from '@/server/adapters/memory/run-feed'
import type { SharedStore, Store } from '@/server/adapters/prisma/open-store'
import { createPostgresDuty } from '@/server/adapters/prisma/postgres-duty'
import { createPostgresSignals } from '@/server/adapters/prisma/postgres-signals'
import type { AttemptDeps } from '@/server/engine/attempt/prepared'
import { createEngine, type Engine } from '@/server/engine/engine'
import { createLeaseKeeper } from '@/server/engine/lease/lease-keeper'
import { createRemoteControl } from '@/server/engine/lease/remote-control'
import { createRunWorker } from '@/server/engine/lease/run-worker'
import { createSharedRunPlaces } from '@/server/engine/lease/shared-run-places'
import { createDraftFeed } from '@/server/live/draft-feed'
import { createSharedFeed } from '@/server/live/shared-feed'
import type { Clock } from '@/server/ports/clock'
import type { DraftFeed } from '@/server/ports/draft-feed'
import type { Ids } from '@/server/ports/ids'
import type { Logger } from '@/server/ports/log-store'
import type { RunControl } from '@/server/ports/run-control'
import type { RunFeed } from '@/server/ports/run-feed'
import type { Config } from './config'

/** What a stop waits for attempts at work, where another process can go on with the rest. */
export const DRAIN_MS = 20_000
/** And where nobody can before the next start. */
const DRAIN_ALONE_MS = 10_000

type Deps = { config: Config; store: Store | SharedStore; clock: Clock; ids: Ids; log: Logger; stops: (() => void | Promise<void>)[]; attempt: AttemptDeps; /** The model behind a name, or behind none. */ modelOf: (name: string) => string | undefined }
type Work = { engine: Engine; feed: RunFeed; drafts: DraftFeed; /** Whether this process does what one of all does. */ onDuty: () => boolean; control: RunControl; /** Takes up what is unfinished. */ start(): Promise<void>; /** Begins nothing more, and resolves when what is at work has ended or its time is over. */ stop(): Promise<void> }

/** The engine alone in its process, or one of several that share a store. */
export async function startWork({ config, store, clock, ids, log, stops, attempt, modelOf }: Deps): Promise<Work> {
  const onError = (error: unknown): void => log({ level: 'ERROR', component: 'live', category: 'system', message: String(error) })
  const local = createRunFeed({ onError })
  const deps = { ...attempt, limits: config.limits, modelOf, log: store.runLog, snapshots: store.snapshots, snapshotPolicy: (id: string) => store.workflows.snapshots(id), clock, ids, logger: log }
  if (!('leases' in store) || config.databaseUrl === undefined) {
    const engine = createEngine({ ...deps, feed: local })
    return {
      engine, feed: local, drafts: createDraftFeed(), control: engine, onDuty: () => true,
      async start() {
        for (const { id, paused } of await store.workflows.paused()) engine.setPause(id, paused)
        await engine.start()
      },
      async stop() {
        // What is cut off would be done again at the next start.
        await engine.drain(DRAIN_ALONE_MS)
        engine.stop()
      },
    }
  }

  const { leases, commands } = store
  const signals = createPostgresSignals({ url: config.databaseUrl, log })
  await signals.start()
  stops.push(() => signals.close())
  const feed = createSharedFeed({ local, log: store.runLog, signals, clock, onError })
  stops.push(() => feed.stop())
  const owner = ids.next(hostname())
  const keeper = createLeaseKeeper({ leases, owner, clock, logger: log })
  const places = createSharedRunPlaces({ places: store.places, signals, owner, limits: config.limits, clock, ids, logger: log })
  const control = createRemoteControl({
    runLog: store.runLog, commands, signals, clock, ids,
    line: async () => store.places.line({ limits: config.limits, paused: new Map((await store.workflows.paused()).map(({ id, paused }) => [id, paused])), now: clock.now() }),
  })
  const engine = createEngine({ ...deps, feed, keeper, places, cancelRun: control.cancel })
  const worker = createRunWorker({ engine, keeper, leases, commands, pauses: store.workflows, signals, clock, logger: log, places })
  const duty = createPostgresDuty({ url: config.databaseUrl, log })
  if (config.serves) await duty.start()
  stops.push(() => duty.close())
  return {
    engine, feed, drafts: createDraftFeed(signals), onDuty: duty.held, control,
    start: () => (config.works ? worker.start() : Promise.resolve()),
    stop: () => (config.works ? worker.stop(DRAIN_MS) : Promise.resolve()),
  }
}

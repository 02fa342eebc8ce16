/**
 * What FLOW knows of runs: where they live, how much KV cache they need, in which order they go.
 * L1. A run counts at its home as long as it holds a place there: from its first call until it has ended, or has been
 *     idle for longer than such runs pause. It keeps its home after that, without a claim to room.
 * L2. Sums of an instance change with every change of a run there, so that no decision has to add them up.
 */
import type { EpochMs } from '@/domain/json'
import type { Fleet, RouteCall, ScheduledInstance } from './scheduler'

/** Share of an expected answer that is reserved: answers rarely are all as long as expected at once. */
export const OUTPUT_SHARE = 0.6

export type FlowRun = {
  readonly key: string
  /** Runs of equal seniority go in the order in which they came. */
  readonly order: number
  /** When it came, in ms; priority makes it earlier. */
  readonly seniority: number
  home: ScheduledInstance | undefined
  inFlight: number
  readonly waiting: Set<RouteCall>
  /** Tokens of KV cache it needs now: what its calls share counts once. */
  contextTokens: number
  remainingTokens: number
  /** Whether its caller says what is to come. */
  planned: boolean
  /** A call under way or waiting, against which its siblings' shared part is measured. */
  lead: RouteCall | undefined
  seenAt: EpochMs
  /** Place among new runs while it has no home; smaller goes first. */
  rank: number
  /** Tokens that it claims at its home. */
  claim: number
}

type Home = { readonly runs: Set<FlowRun>; tokens: number; /** The oldest that fit together; undefined: to be found again. */ residents: Set<FlowRun> | undefined }

type Settings = { growth: number; residency: number; idleMs: number; agingPerMs: number; priorityMs: number; fleet: Pick<Fleet, 'blockTokens'>; maxRuns?: number }

/** How long a run that does not say what comes is expected to pause, until pauses were seen. */
const FIRST_PAUSE_MS = 1_000
const [LEAST_PAUSE_MS, MOST_PAUSE_MS] = [500, 30_000]

export function createFlowRuns({ growth, residency, idleMs, agingPerMs, priorityMs, fleet, maxRuns = 10_000 }: Settings) {
  /** Least recently used first. */
  const runs = new Map<string, FlowRun>()
  const homes = new Map<ScheduledInstance, Home>()
  /** Runs that hold a place without a call, in the order in which they became idle. */
  const idle = { planned: new Set<FlowRun>(), unplanned: new Set<FlowRun>() }
  const pauses = { meanMs: FIRST_PAUSE_MS, /** Share of unplanned runs that come back. */ returning: 0.5 }
  let order = 0

  function homeOf(instance: ScheduledInstance): Home {
    let home = homes.get(instance)
    if (!home) homes.set(instance, (home = { runs: new Set(), tokens: 0, residents: undefined }))
    return home
  }

  /** Tokens that the run needs, now and a part of what it will grow to. A run that may never come back counts in part. */
  function footprint(run: FlowRun): number {
    const whole = run.contextTokens + growth * run.remainingTokens
    return run.planned || isOpen(run) ? whole : whole * pauses.returning
  }

  function weigh(run: FlowRun): void {
    const home = run.home && homes.get(run.home)
    if (!home?.runs.has(run)) return
    const claim = footprint(run)
    home.tokens += claim - run.claim
    home.residents = undefined
    run.claim = claim
  }

  function claimPlace(run: FlowRun): void {
    if (!run.home) return
    const home = homeOf(run.home)
    if (home.runs.has(run)) return
    home.runs.add(run)
    run.claim = 0
    weigh(run)
  }

  function releasePlace(run: FlowRun): void {
    idle.planned.delete(run)
    idle.unplanned.delete(run)
    const home = run.home && homes.get(run.home)
    if (!home?.runs.delete(run)) return
    home.tokens -= run.claim
    home.residents = undefined
    run.claim = 0
  }

  function settle(run: FlowRun, home: ScheduledInstance | undefined): void {
    if (run.home === home) return claimPlace(run)
    releasePlace(run)
    run.home = home
    claimPlace(run)
  }

  /** Unplanned runs teach how long such runs pause, and whether they come back at all. */
  function comeBack(run: FlowRun, now: EpochMs): void {
    idle.unplanned.delete(run)
    idle.planned.delete(run)
    run.lead = undefined
    if (run.planned) return
    pauses.meanMs += 0.1 * (Math.min(MOST_PAUSE_MS, now - run.seenAt) - pauses.meanMs)
    pauses.returning += 0.05 * (1 - pauses.returning)
  }

  function pause(run: FlowRun, now: EpochMs): void {
    run.seenAt = now
    run.lead = undefined
    if (!run.home) return
    const paused = run.planned ? idle.planned : idle.unplanned
    paused.add(run)
    weigh(run)
  }

  function dropIdlest(): void {
    for (const run of runs.values()) if (!isOpen(run)) return forget(run)
  }

  function newRun(call: RouteCall, key: string): FlowRun {
    const seniority = call.arrivedAt - priorityMs * ((call.priority ?? 1) - 1)
    return { key, order: order++, seniority, home: undefined, inFlight: 0, waiting: new Set(), contextTokens: 0, remainingTokens: 0, planned: false, lead: undefined, seenAt: call.arrivedAt, rank: 0, claim: 0 }
  }

  function grow(run: FlowRun, call: RouteCall): void {
    const own = call.promptTokens + OUTPUT_SHARE * call.outputTokens
    const shared = run.lead ? commonBlocks(run.lead.blocks, call.blocks) * fleet.blockTokens : 0
    run.contextTokens = run.lead ? run.contextTokens + own - Math.min(shared, call.promptTokens) : own
    run.lead ??= call
  }

  function forget(run: FlowRun): void {
    releasePlace(run)
    runs.delete(run.key)
  }

  return {
    get: (key: string): FlowRun | undefined => runs.get(key),
    /** A call of the run came. Where it has no home its rank is set by its first call that waits. */
    arrive(call: RouteCall, key: string, now: EpochMs): FlowRun {
      const known = runs.get(key)
      const run = known ?? newRun(call, key)
      runs.delete(key)
      runs.set(key, run)
      if (known && !isOpen(run)) comeBack(run, now)
      run.planned = call.remainingTokens !== undefined || call.last !== undefined
      run.remainingTokens = call.remainingTokens ?? 0
      run.seenAt = now
      grow(run, call)
      if (run.waiting.size === 0) run.rank = run.remainingTokens + agingPerMs * run.seniority
      run.waiting.add(call)
      if (run.home) claimPlace(run)
      weigh(run)
      if (runs.size > maxRuns) dropIdlest()
      return run
    },
    /** A waiting call goes to an instance, which becomes the run's home. */
    sent(run: FlowRun, call: RouteCall, home: ScheduledInstance): void {
      run.waiting.delete(call)
      run.inFlight += 1
      settle(run, home)
      weigh(run)
    },
    left(run: FlowRun, call: RouteCall, now: EpochMs): void {
      run.waiting.delete(call)
      if (!isOpen(run)) pause(run, now)
    },
    ended(run: FlowRun, call: RouteCall, outputTokens: number, now: EpochMs): void {
      run.inFlight -= 1
      run.seenAt = now
      if (isOpen(run)) return
      if (call.last === true) return forget(run)
      run.contextTokens = call.promptTokens + outputTokens
      pause(run, now)
    },
    /** Ends the claims of runs that have paused for longer than such runs do. */
    expire(now: EpochMs): void {
      for (const run of idle.planned) {
        if (now - run.seenAt <= idleMs) break
        releasePlace(run)
      }
      const patience = Math.min(idleMs, Math.max(LEAST_PAUSE_MS, 2 * pauses.meanMs))
      for (const run of idle.unplanned) {
        if (now - run.seenAt <= patience) break
        releasePlace(run)
        pauses.returning -= 0.05 * pauses.returning
      }
    },
    /** The instance is gone, and with it what its runs had there. @returns those that lost their home */
    leaveAll(instance: ScheduledInstance): FlowRun[] {
      const lost: FlowRun[] = []
      if (!homes.delete(instance)) return lost
      for (const run of runs.values()) {
        if (run.home !== instance) continue
        idle.planned.delete(run)
        idle.unplanned.delete(run)
        run.home = undefined
        run.claim = 0
        lost.push(run)
      }
      return lost
    },
    countAt: (instance: ScheduledInstance): number => homes.get(instance)?.runs.size ?? 0,
    /** Tokens claimed there, without those of `except`. */
    heldAt: (instance: ScheduledInstance, except?: FlowRun): number => (homes.get(instance)?.tokens ?? 0) - (except?.home === instance ? except.claim : 0),
    footprint,
    /** Whether the run is among the oldest at its home that fit together. The oldest always is. */
    isResident(run: FlowRun, instance: ScheduledInstance): boolean {
      const home = homeOf(instance)
      if (home.tokens <= residency * instance.kvTokens) return true
      home.residents ??= oldestThatFit(home.runs, residency * instance.kvTokens)
      return home.residents.has(run)
    },
    homes: (): Iterable<ScheduledInstance> => homes.keys(),
  }
}

export function isOpen(run: FlowRun): boolean {
  return run.inFlight > 0 || run.waiting.size > 0
}

export function isSenior(a: FlowRun, b: FlowRun): boolean {
  return a.seniority < b.seniority || (a.seniority === b.seniority && a.order < b.order)
}

function oldestThatFit(runs: ReadonlySet<FlowRun>, tokens: number): Set<FlowRun> {
  const residents = new Set<FlowRun>()
  let sum = 0
  for (const run of [...runs].sort((a, b) => (isSenior(a, b) ? -1 : 1))) {
    sum += run.claim
    if (sum > tokens && residents.size > 0) break
    residents.add(run)
  }
  return residents
}

function commonBlocks(a: readonly number[], b: readonly number[]): number {
  let low = 0
  let high = Math.min(a.length, b.length)
  // Hashes are chained: equal at k means equal before it.
  while (low < high) {
    const middle = (low + high) >> 1
    if (a[middle] === b[middle]) low = middle + 1
    else high = middle
  }
  return low
}

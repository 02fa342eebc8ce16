// D1. What to do next comes from `planRun` over the acknowledged state, never from what this process remembers.
// D2. A step is worked on by at most one attempt here; a result that comes too late is refused by `decideRun`.
// D3. Without a place (run-places.ts) a run starts nothing; one that only waits, for people or for a pause to end, gives its place back.
// D4. The end of this process ends no run: what was at work is recovered as interrupted by the next owner.
import { isAppError } from '@/domain/error'
import { commonOf, type TypedNode } from '@/domain/graph/node-types'
import type { QueuedRun } from '@/domain/run/admit-runs'
import type { RunCommand } from '@/domain/run/decide-run'
import type { RunId } from '@/domain/run/run-event'
import { callsToCome } from '@/domain/run/calls-to-come'
import { readsOf, remembered, versionsOf } from '@/domain/run/memory'
import { pinnedHandle } from '@/domain/run/pinned-handle'
import { createKnownItems } from '@/domain/run/open-items'
import { planRun, type Plan } from '@/domain/run/plan-run'
import { locate, modelsAsked, type RunGraph } from '@/domain/run/run-graph'
import { incomingOf, scopeOf, type StepScope } from '@/domain/run/scope'
import { isFinished, stepOf, type RunState } from '@/domain/run/run-state'
import { resultOfSubRun, subRunsAwaited } from '@/domain/run/sub-run'
import { askedBefore, begunWith, conversation, inTurn, turnsBegun } from '@/domain/run/tool-loop'
import type { Clock } from '@/server/ports/clock'
import type { Ids } from '@/server/ports/ids'
import type { Logger } from '@/server/ports/log-store'
import { failureOf, timedOut } from './attempt/failure-of'
import type { AttemptDeps, Prepared, StepResult } from './attempt/prepared'
import { isTrue, prepareStep } from './attempt/prepare-step'
import { prepareWrites } from './attempt/prepare-writes'
import { createTextBuffer } from './attempt/text-buffer'
import { warmNext } from './attempt/warm-next'
import { commandOfPlan } from './command-of-plan'
import type { RunMailbox } from './run-mailbox'
import type { RunPlace } from './run-places'
import type { SubRuns } from './sub-runs'

type Deps = AttemptDeps & { clock: Clock; ids: Ids; logger: Logger; place: RunPlace; subRuns: SubRuns; modelOf: (name: string) => string | undefined; onEnd: () => void; /** Whether this process still has the run. */ holds: () => boolean }

/** An attempt and what it sees: the values of its scope, and which versions of the memory they are. */
type Trial = { key: string; attempt: number; node: TypedNode; scope: StepScope; seen: Record<string, number> }

export type RunDriver = { poke(): void; stop(): void; /** Begins nothing more. @returns when the attempts at work have ended */ drain(): Promise<void> }

/** Works on one run until it ends, waits or is stopped. `poke` after every append. */
export function driveRun(deps: Deps, runId: RunId, graph: RunGraph, mailbox: RunMailbox): RunDriver {
  const atWork = new Map<string, AbortController>()
  const asked = modelsAsked(graph)
  const knownItems = createKnownItems()
  /** Runs that steps wait for, by step. */
  const followed = new Map<string, { attempt: number; stop: (forGood?: boolean) => void }>()
  let cancelWake: (() => void) | undefined
  let stopped = false
  let drained: (() => void) | undefined

  function poke(): void {
    if (stopped) return
    if (drained) {
      // Its place goes to a run of another process at once.
      if (atWork.size === 0) deps.place.leave()
      return void (atWork.size === 0 && drained())
    }
    const state = mailbox.state()
    letGo(state)
    if (isFinished(state)) return end()
    cancelWake?.()
    cancelWake = undefined
    const plans = planRun(state, graph, deps.clock.now(), knownItems)
    const resting = plans.every((plan) => plan.do === 'wake' || plan.do === 'wait' || plan.do === 'follow')
    // Poked again once there is one.
    if (!resting && !deps.place.take(placeWanted(state), poke, atWork.size > 0)) return
    let wake = Infinity
    for (const plan of plans) {
      if (plan.do === 'wake') wake = Math.min(wake, plan.at)
      else if (plan.do === 'start') start(plan.key, plan.attempt)
      else if (plan.do === 'follow') follow(plan, state)
      else if (plan.do === 'collect' && remembersTurns(plan.key)) collect(plan, state)
      else void send(commandOf(plan, state))
    }
    if (wake < Infinity) cancelWake = deps.clock.wakeAt(wake, poke)
    if (resting && atWork.size === 0) deps.place.leave()
  }

  function placeWanted({ workflowId, priority, createdAt = 0, startedAt }: RunState): QueuedRun {
    const models = new Set(asked.flatMap((name) => deps.modelOf(name) ?? []))
    return { id: runId, workflowId, models: [...models], priority, queuedAt: createdAt, begun: startedAt !== undefined }
  }

  /** What works on a step that has failed or ended without it is stopped: its result is not wanted any more. */
  function letGo(state: RunState): void {
    for (const [key, controller] of atWork) {
      const { kind } = stepOf(state, key).state
      if (kind === 'failed' || kind === 'cancelled' || kind === 'skipped') controller.abort(new Error('The step went on without this attempt'))
    }
    for (const [key, { attempt, stop }] of followed) {
      const { state: step, wakeAt } = stepOf(state, key)
      if (step.kind === 'running' && step.attempt === attempt && wakeAt === undefined) continue
      followed.delete(key)
      stop(true)
    }
  }

  function follow({ key, attempt, subRun }: Omit<Extract<Plan, { do: 'follow' }>, 'do'>, caller: RunState): void {
    if (followed.has(key) || !deps.holds()) return
    const node = locate(graph, key)?.node
    const priority = (node && commonOf(node).priority) ?? caller.priority
    const stop = deps.subRuns.follow({ callerId: runId, caller, key, attempt, priority, subRun }, (end) => {
      const result = resultOfSubRun(end)
      void send('output' in result ? { do: 'complete-step', key, attempt, output: result.output } : { do: 'fail-step', key, attempt, error: result.error, now: deps.clock.now(), random: deps.ids.random() })
    })
    followed.set(key, { attempt, stop })
  }

  function commandOf(plan: Exclude<Plan, { do: 'wake' | 'start' | 'follow' }>, { workflowName: workflow }: RunState): RunCommand {
    if (plan.do === 'fail') deps.logger({ level: 'ERROR', component: 'engine', category: 'task', message: `Run failed: ${plan.error.message}`, runId, data: { code: plan.error.code, workflow } })
    return commandOfPlan(plan, graph, deps.clock.now(), () => deps.ids.random())
  }

  function remembersTurns(key: string): boolean {
    const place = locate(graph, key)
    return place !== undefined && place.level.loops.has(place.node.id) && remembered(place.node).length > 0
  }

  /** An agent that called its tools has its answer; what it remembers is worked out before it is completed by both. */
  function collect({ key, attempt, output }: Extract<Plan, { do: 'collect' }>, state: RunState): void {
    const node = locate(graph, key)?.node
    if (!node || atWork.has(key)) return
    atWork.set(key, new AbortController())
    const trial: Trial = { key, attempt, node, scope: scopeOf(state, graph, key, runId), seen: begunWith(stepOf(state, key)).seen ?? {} }
    void finish([], trial, { output }).finally(() => {
      atWork.delete(key)
      poke()
    })
  }

  /** A plan may come twice before its append is acknowledged; the second is refused and that is fine. */
  async function send(...commands: RunCommand[]): Promise<boolean> {
    try {
      await mailbox.send(...commands)
      return true
    } catch (error) {
      if (!isAppError(error) && !stopped) deps.logger({ level: 'DEBUG', component: 'engine', category: 'task', message: `Not appended: ${String(error)}`, runId })
      return false
    }
  }

  function start(key: string, attempt: number): void {
    if (atWork.has(key)) return
    const controller = new AbortController()
    atWork.set(key, controller)
    void work(key, attempt, controller).finally(() => {
      atWork.delete(key)
      poke()
    })
  }

  async function work(key: string, attempt: number, controller: AbortController): Promise<void> {
    const place = locate(graph, key)
    if (!place) return
    const { node, level, prefix } = place
    const state = mailbox.state()
    const { runIf, pinnedOutput, timeoutMs, priority } = commonOf(node)
    const scope = scopeOf(state, graph, key, runId)
    const seen = versionsOf(state)
    const reads = readsOf(node, seen)
    const trial: Trial = { key, attempt, node, scope, seen }
    const turn = inTurn(state, graph, key)
    let prepared: Prepared
    try {
      if (attempt === 1 && runIf?.trim() && !(await isTrue(deps, node.name, runIf, scope))) {
        await send({ do: 'skip-step', key, reason: { kind: 'run-if-false' } })
        return
      }
      prepared = pinnedOutput !== undefined
        ? { result: { output: pinnedOutput, handle: pinnedHandle(node.type, pinnedOutput) } }
        : await prepareStep(deps, node, scope, incomingOf(state, level, prefix, node.id), {
          runId, workflowId: state.workflowId, key, attempt, trace: state.trace, priority: priority ?? state.priority, callsToCome: node.type === 'agent' ? callsToCome(state, graph, key, knownItems) : 0,
          caller: () => deps.subRuns.callerOf(state, key, () => deps.ids.next('run') as RunId),
          loop: level.loops.has(node.id) ? { turnsBegun: turnsBegun(state, key), seen, ...(attempt === 1 && { askedBefore: askedBefore(state, key) }) } : undefined,
          turn: turn && { ...turn, messages: node.type === 'agent' ? conversation(state, turn) : [] },
        })
    } catch (error) {
      await send({ do: 'start-step', key, attempt }, failed(key, attempt, error))
      return
    }
    const started: RunCommand = { do: 'start-step', key, attempt, ...(prepared.input !== undefined && { input: prepared.input }), ...(reads && { reads }), ...(prepared.subRun && { subRun: prepared.subRun }) }
    if (prepared.result) {
      await finish([started], trial, { ...prepared.result, ...(pinnedOutput !== undefined && { pinned: true }) })
      return
    }
    if (prepared.message) {
      const { payload, ttlMs } = prepared.message
      const now = deps.clock.now()
      await send(started, { do: 'send-message', key, attempt, payload, now, random: deps.ids.random(), ...(ttlMs !== undefined && { expiresAt: now + ttlMs }) })
      return
    }
    // A process that was frozen meanwhile would do again what another has done.
    if (!(await send(started)) || !prepared.run || stopped || !deps.holds()) return
    log('INFO', `Step ${key} started, attempt ${attempt}`, key)
    void warmNext(deps, mailbox.state(), graph, { runId, key, signal: controller.signal })
    await perform(trial, prepared.run, timeoutMs, controller)
  }

  async function perform(trial: Trial, run: NonNullable<Prepared['run']>, timeoutMs: number | undefined, controller: AbortController): Promise<void> {
    const { key, attempt } = trial
    const text = createTextBuffer(deps.clock, (piece) => void send({ do: 'stream', key, attempt, text: piece }))
    const cancelTimeout = timeoutMs === undefined ? undefined : deps.clock.wakeAt(deps.clock.now() + timeoutMs, () => controller.abort(new TimedOut(timeoutMs)))
    try {
      const result = await run(controller.signal, text.add)
      text.flush()
      if (stopped) return
      if (await finish([], trial, result)) log('INFO', `Step ${key} completed`, key)
    } catch (error) {
      text.flush()
      if (stopped || isFinished(mailbox.state())) return
      const reason: unknown = controller.signal.aborted ? controller.signal.reason : error
      await fail([], trial, reason)
    } finally {
      cancelTimeout?.()
    }
  }

  /** What is remembered stands in the append that completes the step. Refused, the attempt has failed, and the next reads anew. */
  async function finish(before: readonly RunCommand[], trial: Trial, result: StepResult & { pinned?: true }): Promise<boolean> {
    const { key, attempt, node, scope, seen } = trial
    try {
      const writes = await prepareWrites(deps, node, scope, seen, result.output)
      await mailbox.send(...before, ...writes.map((write): RunCommand => ({ do: 'remember', key, attempt, write })), { do: 'complete-step', key, attempt, ...result })
      return true
    } catch (error) {
      if (!stopped) await fail(before, trial, error)
      return false
    }
  }

  async function fail(before: readonly RunCommand[], { key, attempt }: Trial, error: unknown): Promise<void> {
    if (!(await send(...before, failed(key, attempt, error)))) return
    log('WARNING', `Attempt ${attempt} of ${key} failed: ${error instanceof Error ? error.message : String(error)}`, key)
  }

  function failed(key: string, attempt: number, error: unknown): RunCommand {
    const failure = error instanceof TimedOut ? timedOut(error.timeoutMs) : failureOf(error)
    return { do: 'fail-step', key, attempt, error: failure, now: deps.clock.now(), random: deps.ids.random() }
  }

  function log(level: 'INFO' | 'WARNING', message: string, nodeId: string): void {
    deps.logger({ level, component: 'engine', category: 'task', message, runId, nodeId })
  }

  function end(): void {
    if (stopped) return
    stop()
    deps.onEnd()
  }

  function stop(): void {
    stopped = true
    cancelWake?.()
    mailbox.close()
    for (const { stop: leave } of followed.values()) leave()
    followed.clear()
    for (const controller of atWork.values()) controller.abort(new Error('The run is not driven here any more'))
    deps.place.leave()
  }

  function drain(): Promise<void> {
    return new Promise((resolve) => {
      drained = resolve
      cancelWake?.()
      poke()
    })
  }

  // Those that the owner before followed, at once: the first append may end a step, and its run would be nobody's.
  for (const awaited of subRunsAwaited(mailbox.state())) follow(awaited, mailbox.state())

  return { poke, stop, drain }
}

class TimedOut extends Error {
  constructor(readonly timeoutMs: number) {
    super(`No result after ${timeoutMs} ms`)
  }
}

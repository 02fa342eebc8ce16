import type { EngineEvent, EngineRequest } from './engine-event'
import type { SimEngine } from './sim-engine'

/**
 * Moves a SimEngine along real time. The engine's clock counts simulated seconds; `timeScale` of them pass in a
 * real one. A step ends when its simulated end is reached, so that timers firing late add no drift.
 */
export type EngineListener = {
  onToken: (event: Extract<EngineEvent, { kind: 'token' }>) => void
  onFinished: (event: Extract<EngineEvent, { kind: 'finished' }>) => void
}

export type EngineRunner = ReturnType<typeof createEngineRunner>

type Deps = {
  engine: SimEngine
  timeScale: number
  /** Real milliseconds from any fixed point. */
  nowMs: () => number
  /** Sees every event before the request's own listener does. */
  onEvent: (event: EngineEvent) => void
  /** After the steps of a turn: what changed in the cache may be told. */
  onTurn?: () => void
}

/** Simulated seconds that the engine may lag behind before it stops catching up. */
const MAX_LAG_SECONDS = 0.5
const MAX_STEPS_A_TURN = 64

export function createEngineRunner({ engine, timeScale, nowMs, onEvent, onTurn }: Deps) {
  const startedAt = nowMs()
  const listeners = new Map<string, EngineListener>()
  let stepEnd: number | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const now = (): number => ((nowMs() - startedAt) / 1000) * timeScale

  function deliver(event: EngineEvent): void {
    onEvent(event)
    const listener = listeners.get(event.id)
    if (event.kind === 'token') listener?.onToken(event)
    else {
      listeners.delete(event.id)
      listener?.onFinished(event)
    }
  }

  function begin(at: number): void {
    const report = engine.beginStep(at)
    stepEnd = report ? at + report.seconds : undefined
  }

  function turn(): void {
    timer = undefined
    for (let steps = 0; stepEnd !== undefined && stepEnd <= now() && steps < MAX_STEPS_A_TURN; steps++) {
      const end: number = stepEnd
      stepEnd = undefined
      for (const event of engine.finishStep(end)) deliver(event)
      begin(Math.max(end, now() - MAX_LAG_SECONDS * timeScale))
    }
    onTurn?.()
    plan()
  }

  function plan(): void {
    if (closed || timer !== undefined || stepEnd === undefined) return
    timer = setTimeout(turn, Math.max(0, ((stepEnd - now()) / timeScale) * 1000))
  }

  return {
    engine,
    now,
    timeScale,
    submit(request: EngineRequest, listener: EngineListener): void {
      engine.add(request, now())
      listeners.set(request.id, listener)
      // Requests that arrive in one tick share the first step.
      if (stepEnd === undefined) {
        queueMicrotask(() => {
          if (stepEnd === undefined && !closed) begin(now())
          plan()
        })
      }
    },
    /** Frees the request at once; true when it was still here. */
    abort(id: string): boolean {
      listeners.delete(id)
      return engine.abort(id)
    },
    close(): void {
      closed = true
      clearTimeout(timer)
    },
  }
}

import 'server-only'
import { Worker } from 'node:worker_threads'
import type { Job, JobResult } from './template-worker'

export type Work = Omit<Job, 'id'>
export type WorkOutcome = { kind: 'done'; result: JobResult } | { kind: 'too-slow' } | { kind: 'died'; message: string }

type Waiting = { job: Job; settle: (outcome: WorkOutcome) => void }
type Seat = { worker: Worker; ready: boolean; current: Waiting | undefined; deadline: NodeJS.Timeout | undefined }

/**
 * A few threads, each with one job at a time.
 *
 * P1. A job that passes its deadline takes its thread with it; the next job gets a new one.
 * P2. The deadline counts from when the thread has the job, not from when it was asked for.
 * P3. A thread sees no environment and no arguments, writes nowhere, and has a heap of its own.
 * P4. Idle threads do not keep the process alive.
 */
export function createWorkerPool({ workerUrl, size, deadlineMs, heapMb }: { workerUrl: URL; size: number; deadlineMs: number; heapMb: number }) {
  const seats: Seat[] = []
  const queue: Waiting[] = []
  let nextId = 1
  let closed = false

  function open(): Seat {
    const worker = new Worker(workerUrl, {
      env: {}, argv: [], execArgv: [], stdin: false, stdout: true, stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    })
    const seat: Seat = { worker, ready: false, current: undefined, deadline: undefined }
    worker.on('message', (message: 'ready' | JobResult) => {
      if (message === 'ready') seat.ready = true
      else finish(seat, { kind: 'done', result: message })
      next()
    })
    worker.on('error', (error) => leave(seat, { kind: 'died', message: error instanceof Error ? error.message : String(error) }))
    worker.on('exit', () => leave(seat, { kind: 'died', message: 'The thread ended' }))
    seats.push(seat)
    worker.unref()
    return seat
  }

  function finish(seat: Seat, outcome: WorkOutcome): void {
    clearTimeout(seat.deadline)
    const { current } = seat
    seat.current = undefined
    seat.worker.unref()
    current?.settle(outcome)
  }

  /** The seat is gone; a thread that cannot even start fails the first in line, or it would be tried for ever. */
  function leave(seat: Seat, outcome: WorkOutcome): void {
    const index = seats.indexOf(seat)
    if (index < 0) return
    seats.splice(index, 1)
    if (!seat.current && !seat.ready && !closed) seat.current = queue.shift()
    finish(seat, outcome)
    void seat.worker.terminate()
    next()
  }

  function next(): void {
    if (closed) return
    while (queue.length > 0) {
      const free = seats.find((seat) => seat.ready && !seat.current)
      if (!free) {
        const starting = seats.filter((seat) => !seat.ready).length
        if (seats.length < size && starting < queue.length) open().worker.ref()
        else return
        continue
      }
      give(free, queue.shift()!)
    }
  }

  function give(seat: Seat, waiting: Waiting): void {
    seat.current = waiting
    seat.worker.ref()
    seat.deadline = setTimeout(() => leave(seat, { kind: 'too-slow' }), deadlineMs)
    seat.worker.postMessage(waiting.job)
  }

  return {
    run(work: Work): Promise<WorkOutcome> {
      return new Promise((resolve) => {
        if (closed) return resolve({ kind: 'died', message: 'The server is stopping' })
        queue.push({ job: { ...work, id: nextId++ }, settle: resolve })
        next()
      })
    },
    /** Starts a thread ahead of the first job. */
    warm(): void {
      if (!closed && seats.length === 0) open()
    },
    async close(): Promise<void> {
      closed = true
      for (const waiting of queue.splice(0)) waiting.settle({ kind: 'died', message: 'The server is stopping' })
      await Promise.all([...seats].map(async (seat) => {
        leave(seat, { kind: 'died', message: 'The server is stopping' })
        await seat.worker.terminate()
      }))
    },
  }
}

import { describe, expect, test } from 'vitest'
import type { RunEvent, RunFact } from '@/domain/run/run-event'
import { createRunStore } from './run-store'

const facts: RunFact[] = [
  { type: 'run.started' },
  { type: 'step.started', nodeId: 'a', attempt: 1 },
  { type: 'step.output', nodeId: 'a', attempt: 1, text: 'one ' },
  { type: 'step.output', nodeId: 'a', attempt: 1, text: 'two' },
  { type: 'step.completed', nodeId: 'a', attempt: 1, output: { text: 'one two' } },
  { type: 'run.completed', output: 'one two' },
]
const log: RunEvent[] = facts.map((fact, index) => ({ ...fact, seq: index + 1, recordedAt: 1_000 + index * 100 }))

function storeAt(now: number) {
  const clock = { now }
  return { clock, store: createRunStore(() => clock.now) }
}
const textOf = (store: ReturnType<typeof createRunStore>) => store.view.getState().shown.steps.a?.attempts[0]?.text

describe('the run page', () => {
  test('follows the log until moved, and again when told', () => {
    const { store } = storeAt(1_200)
    store.append(log.slice(0, 3))
    expect(textOf(store)).toBe('one ')
    store.showSeq(2)
    store.append(log.slice(1, 4))
    expect(textOf(store)).toBe('')
    store.goLive()
    expect(textOf(store)).toBe('one two')
  })

  test('a moment shows only what had happened by then', () => {
    const { store } = storeAt(9_000)
    store.append(log)
    store.showTime(1_250)
    expect(store.view.getState().shown.seq).toBe(3)
    expect(store.view.getState().shown.status).toBe('running')
    store.stepBy(1)
    expect(textOf(store)).toBe('one two')
    store.stepBy(-3)
    expect(store.view.getState().shown.steps).toEqual({})
    store.stepBy(-9)
    expect(store.view.getState().shown.seq).toBe(1)
  })

  test('plays a finished run to its end, at the chosen pace', () => {
    const { clock, store } = storeAt(50_000)
    store.append(log)
    store.setSpeed(2)
    store.togglePlay()
    expect(store.position()).toBe(1_000)
    clock.now += 110
    expect(store.tick()).toBe(true)
    expect(store.view.getState().shown.seq).toBe(3)
    clock.now += 1_000
    expect(store.tick()).toBe(false)
    expect(store.view.getState()).toMatchObject({ shown: { seq: 6, status: 'completed' }, playback: { kind: 'still' } })
  })

  test('playing up to the newest moment of a run that goes on turns into watching it', () => {
    const { clock, store } = storeAt(1_400)
    store.append(log.slice(0, 4))
    store.showSeq(2)
    store.setSpeed(16)
    store.togglePlay()
    clock.now += 400
    expect(store.tick()).toBe(false)
    expect(store.view.getState().follow).toBe(true)
    store.append(log)
    expect(store.view.getState().shown.status).toBe('completed')
  })

  test('the span of a run that goes on ends now, even when the clocks differ', () => {
    const { clock, store } = storeAt(500)
    store.append(log.slice(0, 3))
    expect(store.span()).toEqual({ start: 1_000, end: 1_200 })
    clock.now += 50
    expect(store.span().end).toBe(1_250)
    store.append(log)
    expect(store.span().end).toBe(1_500)
  })

  test('a moment between two events is told and found again, and is one for all who read it', () => {
    const { clock, store } = storeAt(1_240)
    store.append(log.slice(0, 3))
    expect(store.moment.read()).toBe(1_300)
    clock.now = 1_333
    // The clock goes on by itself, what is shown does not: not before all are told.
    expect(store.moment.read()).toBe(1_300)
    store.moment.update()
    expect(store.moment.read()).toBe(1_400)
    clock.now = 1_401
    store.append(log.slice(3, 4))
    expect(store.moment.read()).toBe(1_500)
    store.append(log)
    expect(store.moment.read()).toBe(1_500)
    store.showSeq(3, 70)
    expect([store.view.getState().shown.seq, store.position(), store.moment.read()]).toEqual([3, 1_270, 1_270])
    store.showSeq(3)
    expect(store.moment.read()).toBe(1_200)
    // A page that watched may have counted a tenth further than the end, no more.
    store.showSeq(5, 150)
    expect(store.moment.read()).toBe(1_550)
    store.showSeq(5, 9_000)
    expect(store.moment.read()).toBe(1_600)
  })
})

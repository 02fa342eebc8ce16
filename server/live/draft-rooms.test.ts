import { expect, test } from 'vitest'
import { emptyGraph } from '@/domain/graph/graph'
import { createManualClock } from '@/server/adapters/memory/manual-clock'
import { createMemoryWorkflowStore } from '@/server/adapters/memory/memory-workflow-store'
import type { Signal } from '@/server/ports/signals'
import { UnknownWorkflow } from '@/server/ports/workflow-store'
import { FRAME_MS, type Frame } from '@/wire/live'
import { createDraftFeed, tellingDrafts } from './draft-feed'
import { createDraftRooms } from './draft-rooms'

/** Two processes on one store. */
async function world() {
  const clock = createManualClock()
  const stored = createMemoryWorkflowStore()
  await stored.create({ id: 'wf', name: 'W', description: '', graph: emptyGraph, now: 0 })
  const hears: ((signal: Signal) => void)[] = []
  let cut = false
  const process = () => {
    const mine: ((signal: Signal) => void)[] = []
    const feed = createDraftFeed({ send: (signal) => cut || hears.filter((one) => !mine.includes(one)).forEach((one) => one(signal)), subscribe: (listener) => (mine.push(listener), hears.push(listener), () => undefined) })
    const inTopic = new Set<(frame: Frame) => void>()
    const rooms = createDraftRooms({
      drafts: feed, clock, tell: (frame) => inTopic.forEach((hear) => hear(frame)),
      revisionOf: async (id) => {
        const found = await stored.find(id)
        if (!found) throw new UnknownWorkflow(id)
        return found.revision
      },
    })
    const join = (after?: number, id = 'wf') => {
      const heard: unknown[] = []
      const hear = (frame: Frame) => void heard.push([frame.topic, ...frame.events])
      const answers: (string | undefined)[] = []
      const stop = rooms.join({ send: hear, enter: () => void inTopic.add(hear), leave: () => void inTopic.delete(hear) }, id, after, (code) => void answers.push(code))
      return { heard, answers, stop, inTopic: () => inTopic.has(hear) }
    }
    return { join, workflows: tellingDrafts(stored, feed), miss: () => mine.forEach((one) => one({ kind: 'missed' })) }
  }
  const turns = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  }
  return { clock, one: process(), other: process(), turns, cut: (now: boolean) => (cut = now), frame: async () => (await turns(), clock.advance(FRAME_MS), turns()) }
}
const at = (seq: number) => ['workflow:wf', { seq }]

test('D2: who joins late, or comes back, is told what is new to them and nothing else', async () => {
  const { one, turns } = await world()
  await one.workflows.update('wf', { name: 'X' }, 1, 0)
  const [late, back, level] = [one.join(), one.join(1), one.join(2)]
  await turns()
  expect([late.heard, back.heard, level.heard]).toEqual([[at(2)], [at(2)], []])
  expect(late.answers).toEqual([undefined])
})

test('D2: a revision that came while they were let in is not lost', async () => {
  const { one, frame } = await world()
  const joining = one.join(1)
  await one.workflows.update('wf', { name: 'X' }, 1, 0)
  await frame()
  expect(joining.heard.at(-1)).toEqual(at(2))
})

test('D3: revisions of a moment are one frame, to whoever edits that draft on any process', async () => {
  const { one, other, frame } = await world()
  const [here, there] = [one.join(1), other.join(1)]
  await frame()
  await one.workflows.update('wf', { name: 'X' }, 1, 0)
  await one.workflows.update('wf', { name: 'Y' }, 2, 0)
  await frame()
  expect([here.heard, there.heard]).toEqual([[at(3)], [at(3)]])
  here.stop()
  await other.workflows.update('wf', { name: 'Z' }, 3, 0)
  await frame()
  expect([here.heard.length, there.heard.at(-1)]).toEqual([1, at(4)])
})

test('a process that heard nothing for a while asks the store', async () => {
  const { one, other, frame, cut } = await world()
  const there = other.join(1)
  await frame()
  cut(true)
  await one.workflows.update('wf', { name: 'X' }, 1, 0)
  await frame()
  expect(there.heard).toEqual([])
  other.miss()
  await frame()
  expect(there.heard).toEqual([at(2)])
})

test('D1: a draft that is not there, or not to be read, is refused and never heard of', async () => {
  const { one, frame } = await world()
  const refused = one.join(undefined, 'wf_none')
  await frame()
  expect([refused.answers, refused.heard, refused.inTopic()]).toEqual([['WORKFLOW_NOT_FOUND'], [], false])
})

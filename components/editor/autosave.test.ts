import { beforeEach, describe, expect, test, vi } from 'vitest'
import { openEditLog } from '@/domain/graph/edit-log'
import { applyEdit } from '@/domain/graph/graph-edit'
import { applyChange, changeBetween, type Draft, type Operation } from '@/domain/graph/workflow-change'
import { fourAgents } from '@/domain/template/four-agents'
import { ProblemError } from '@/components/live/problem-error'
import { createAutosave } from './autosave'
import { createEditorStore } from './editor-store'

const start: Draft = { name: 'W', description: '', graph: fourAgents.graph }
const renamed = (draft: Draft, name: string): Draft => ({ ...draft, graph: applyEdit(draft.graph, { do: 'rename', nodeId: 'sena', name }) })

function open() {
  const store = createEditorStore({ log: openEditLog('me', 1, start), clock: () => 0 })
  const operations: Operation[] = []
  const server = {
    append: vi.fn((revision: number, given: readonly Operation[]) => {
      if (revision !== operations.length + 1) return Promise.reject(new ProblemError({ status: 409, code: 'STALE_REVISION' }))
      operations.push(...given)
      return Promise.resolve({ revision: operations.length + 1 })
    }),
    since: vi.fn((revision: number) => Promise.resolve({ revision: operations.length + 1, operations: operations.slice(revision - 1) })),
  }
  const timers: { ms: number; run: () => void; off: boolean }[] = []
  const keep = vi.fn(() => Promise.resolve())
  const tell = vi.fn()
  const autosave = createAutosave({
    store, server, keep, tell,
    later: (ms, run) => {
      const timer = { ms, run, off: false }
      timers.push(timer)
      return () => (timer.off = true)
    },
  })
  const stop = autosave.start()
  return {
    store, server, keep, tell, autosave, stop, operations,
    due: () => timers.filter((timer) => !timer.off), saving: () => store.view.getState().saving.kind, log: () => store.view.getState().log,
    rename: (name: string) => store.edit({ do: 'rename', nodeId: 'sena', name }), nameNow: () => store.view.getState().root.nodes.find(({ id }) => id === 'sena')?.name,
  }
}
let world: ReturnType<typeof open>
beforeEach(() => (world = open()))
const away = () => Promise.reject(new ProblemError({ status: 0 }))

describe('autosave', () => {
  test('waits for a pause, then sends what was done, in order, and tells the other tabs', async () => {
    world.rename('a')
    world.rename('b')
    expect(world.due()).toHaveLength(1)
    expect(world.saving()).toBe('unsaved')
    await world.autosave.flush()
    expect(world.operations.map(({ id }) => id)).toEqual(['me:1', 'me:2'])
    expect(world.operations.reduce((draft, { change }) => applyChange(draft, change), start).graph).toEqual(world.store.view.getState().root)
    expect([world.saving(), world.log().revision]).toEqual(['saved', 3])
    expect(world.tell).toHaveBeenCalledWith(3)
  })

  test('A1: what is done during an exchange follows in the next', async () => {
    let answer = () => undefined as void
    const append = world.server.append.getMockImplementation()!
    world.server.append.mockImplementationOnce(async (revision, given) => {
      await new Promise<void>((resolve) => (answer = resolve))
      return append(revision, given)
    })
    world.rename('a')
    const first = world.autosave.flush()
    await vi.waitFor(() => expect(world.server.append).toHaveBeenCalledTimes(1))
    world.rename('b')
    const second = world.autosave.flush()
    answer()
    await first
    await second
    expect(world.operations.map(({ id }) => id)).toEqual(['me:1', 'me:2'])
    expect(world.saving()).toBe('saved')
  })

  test('A2: an edit is written down before it is sent', async () => {
    world.keep.mockImplementation(() => {
      expect(world.operations).toEqual([])
      return Promise.resolve()
    })
    world.server.append.mockImplementation(away)
    world.rename('a')
    await expect(world.autosave.flush()).rejects.toThrow()
    expect(world.keep).toHaveBeenCalledWith(expect.objectContaining({ pending: [expect.objectContaining({ id: 'me:1' })] }))
    expect([world.saving(), world.log().pending.length, world.due().length]).toEqual(['offline', 1, 1])
    world.rename('b')
    expect([world.saving(), world.log().pending.length]).toEqual(['offline', 2])
  })

  test('A3: an answer that got lost is found again, and nothing is done twice', async () => {
    const append = world.server.append.getMockImplementation()!
    world.server.append.mockImplementationOnce((revision, given) => append(revision, given).then(away))
    world.rename('a')
    await expect(world.autosave.flush()).rejects.toThrow()
    await world.autosave.flush()
    expect(world.operations).toHaveLength(1)
    expect([world.saving(), world.log().revision, world.log().clashes]).toEqual(['saved', 2, []])
  })

  test('A4: somebody was faster: theirs and mine are both there; the same field is a conflict', async () => {
    world.operations.push({ id: 'you:1', change: changeBetween(start, { ...renamed(start, 'theirs'), name: 'Theirs' }) })
    world.rename('mine')
    world.store.edit({ do: 'rename', nodeId: 'lubit', name: 'Lubit!' })
    await world.autosave.flush()
    expect(world.store.view.getState().name).toBe('Theirs')
    expect([world.nameNow(), world.operations.length]).toEqual(['theirs', 2])
    const [clash] = world.log().clashes
    expect(clash).toMatchObject({ id: 'sena', field: 'name', mine: 'mine', theirs: 'theirs' })
    world.store.settle(clash!, 'mine')
    await world.autosave.flush()
    expect([world.nameNow(), world.log().clashes, world.operations.length]).toEqual(['mine', [], 3])
    world.store.undo()
    expect(world.nameNow()).toBe('theirs')
  })

  test('what another tab did is taken over when it says so', async () => {
    world.operations.push({ id: 'you:1', change: changeBetween(start, renamed(start, 'theirs')) })
    world.autosave.hear(2)
    await vi.waitFor(() => expect(world.nameNow()).toBe('theirs'))
    expect([world.saving(), world.log().past]).toEqual(['saved', []])
    world.autosave.hear(2)
    expect(world.server.since).toHaveBeenCalledTimes(1)
  })

  test('a draft that is not what we took it for is loaded whole', async () => {
    world.server.append.mockImplementationOnce(() => Promise.reject(new ProblemError({ status: 409, code: 'OPERATION_MISFIT' })))
    world.server.since.mockImplementationOnce(() => Promise.resolve({ revision: 1, draft: { ...start, name: 'Other' }, had: [] }) as never)
    world.rename('a')
    await world.autosave.flush()
    expect(world.server.since).toHaveBeenCalledWith(0)
    expect([world.store.view.getState().name, world.nameNow(), world.saving()]).toEqual(['Other', 'a', 'saved'])
  })

  test('a refusal is not tried again by itself, and says so', async () => {
    world.server.append.mockImplementationOnce(() => Promise.reject(new ProblemError({ status: 422, detail: 'too many nodes' })))
    world.rename('a')
    await expect(world.autosave.flush()).rejects.toThrow()
    expect(world.due().filter(({ ms }) => ms > 500)).toEqual([])
    expect(world.saving()).toBe('refused')
    world.rename('b')
    await world.autosave.flush()
    expect(world.saving()).toBe('saved')
  })

  test('stopped and started again it goes on', async () => {
    world.rename('a')
    world.stop()
    expect(world.due()).toEqual([])
    world.autosave.start()
    expect(world.due()).toHaveLength(1)
    await world.autosave.flush()
    expect(world.operations).toHaveLength(1)
  })
})

import { describe, expect, test, vi } from 'vitest'
import { fourAgents } from '@/domain/template/four-agents'
import { planFanOut } from '@/domain/template/plan-fan-out'
import { ProblemError } from '@/components/live/problem-error'
import { createAutosave } from './autosave'
import { createEditorStore } from './editor-store'

function open(save = vi.fn((change: { revision: number }) => Promise.resolve({ revision: change.revision + 1 })), revision = 1) {
  const store = createEditorStore({ name: 'W', graph: fourAgents.graph, clock: () => 0 })
  const timers: { ms: number; run: () => void; off: boolean }[] = []
  const keep = vi.fn()
  const autosave = createAutosave({
    store, revision, save, keep,
    later: (ms, run) => {
      const timer = { ms, run, off: false }
      timers.push(timer)
      return () => (timer.off = true)
    },
  })
  const stop = autosave.start()
  const due = () => timers.filter((timer) => !timer.off)
  return { store, autosave, stop, save, keep, due, rename: (name: string) => store.edit({ do: 'rename', nodeId: 'sena', name }), saving: () => store.view.getState().saving.kind }
}

describe('autosave', () => {
  test('waits for a pause, then saves once', async () => {
    const { rename, due, save, saving, autosave } = open()
    rename('a')
    rename('b')
    expect(due()).toHaveLength(1)
    expect(save).not.toHaveBeenCalled()
    await autosave.flush()
    expect(save).toHaveBeenCalledTimes(1)
    expect(saving()).toBe('saved')
  })

  test('A1: what changes during a save is saved after it, on the new revision', async () => {
    let finish = (_: { revision: number }) => undefined as void
    const save = vi.fn((_: { revision: number }) => new Promise<{ revision: number }>((resolve) => (finish = resolve)))
    const { rename, autosave, saving } = open(save)
    rename('a')
    const first = autosave.flush()
    await Promise.resolve()
    rename('b')
    finish({ revision: 2 })
    await first
    expect(saving()).toBe('unsaved')
    const second = autosave.flush()
    await vi.waitFor(() => expect(save).toHaveBeenCalledTimes(2))
    finish({ revision: 3 })
    await second
    expect(save.mock.calls.map(([change]) => change.revision)).toEqual([1, 2])
    expect(saving()).toBe('saved')
  })

  test('A1: several who wait for a save that runs cause one more, not one each', async () => {
    const ends: ((saved: { revision: number }) => void)[] = []
    const save = vi.fn((_: { revision: number }) => new Promise<{ revision: number }>((resolve) => ends.push(resolve)))
    const { rename, autosave, saving } = open(save)
    rename('a')
    const first = autosave.flush()
    await vi.waitFor(() => expect(save).toHaveBeenCalledTimes(1))
    rename('b')
    const waiting = [autosave.flush(), autosave.flush(), autosave.flush()]
    ends[0]!({ revision: 2 })
    await first
    await vi.waitFor(() => expect(save).toHaveBeenCalledTimes(2))
    ends[1]!({ revision: 3 })
    await Promise.all(waiting)
    expect(save.mock.calls.map(([change]) => change.revision)).toEqual([1, 2])
    expect(saving()).toBe('saved')
  })

  test('A1: stopped and started again, as when React mounts twice, it goes on from the last revision', async () => {
    const { rename, autosave, stop, save, due } = open()
    rename('a')
    await autosave.flush()
    stop()
    rename('unwatched')
    expect(due()).toHaveLength(0)
    autosave.start()
    rename('b')
    expect(due()).toHaveLength(1)
    await autosave.flush()
    expect(save.mock.calls.map(([change]) => change.revision)).toEqual([1, 2])
  })

  test('A2: a stale revision stops it until a person decides', async () => {
    const save = vi.fn().mockRejectedValueOnce(new ProblemError({ status: 409, code: 'STALE_REVISION' })).mockResolvedValue({ revision: 8 })
    const { rename, autosave, saving, due } = open(save)
    rename('a')
    await expect(autosave.flush()).rejects.toThrow()
    expect(saving()).toBe('conflict')
    rename('b')
    await autosave.flush()
    expect(save).toHaveBeenCalledTimes(1)
    expect(due()).toHaveLength(0)
    await autosave.overwrite(7)
    expect(save.mock.calls[1]?.[0]).toMatchObject({ revision: 7 })
    expect(saving()).toBe('saved')
  })

  test('A3: what the server does not have lies in the browser, and leaves it when it has', async () => {
    const save = vi.fn().mockRejectedValueOnce(new ProblemError({ status: 0 })).mockResolvedValue({ revision: 2 })
    const { rename, autosave, keep, due, saving } = open(save)
    rename('a')
    await expect(autosave.flush()).rejects.toThrow()
    expect(saving()).toBe('failed')
    expect(keep).toHaveBeenLastCalledWith(expect.objectContaining({ revision: 1 }))
    expect(due()).toHaveLength(1)
    await autosave.flush()
    expect(keep).toHaveBeenLastCalledWith(undefined)
  })

  test('A3: work of a crash comes back, and undo leads away from it', () => {
    const { store, autosave, saving, due } = open()
    const { graph } = planFanOut
    expect(autosave.resume({ name: 'Kept', graph, revision: 1 })).toBe(true)
    expect(store.view.getState()).toMatchObject({ name: 'Kept', root: graph })
    expect(saving()).toBe('unsaved')
    expect(due()).toHaveLength(1)
    store.undo()
    expect(store.view.getState().root).toEqual(fourAgents.graph)
  })

  test('A3: work on a revision that the server has left behind is not dropped: the save asks', async () => {
    const save = vi.fn().mockRejectedValue(new ProblemError({ status: 409, code: 'STALE_REVISION' }))
    const { autosave, saving } = open(save, 5)
    autosave.resume({ name: 'Kept', graph: planFanOut.graph, revision: 3 })
    await expect(autosave.flush()).rejects.toThrow()
    expect(save.mock.calls[0]?.[0]).toMatchObject({ name: 'Kept', revision: 3 })
    expect(saving()).toBe('conflict')
  })

  test('A3: a draft that the server has already is none', () => {
    const { autosave, saving, keep } = open()
    expect(autosave.resume({ name: 'W', graph: structuredClone(fourAgents.graph), revision: 1 })).toBe(false)
    expect(saving()).toBe('saved')
    expect(keep).toHaveBeenLastCalledWith(undefined)
  })

  test('a refusal is not tried again by itself, and says so', async () => {
    const { rename, autosave, due, saving } = open(vi.fn().mockRejectedValue(new ProblemError({ status: 422 })))
    rename('a')
    await expect(autosave.flush()).rejects.toThrow()
    expect(due()).toHaveLength(0)
    expect(saving()).toBe('refused')
    rename('b')
    expect(due()).toHaveLength(1)
  })
})

import { describe, expect, it } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import type { RunLeases } from './run-leases'
import type { RunLog } from './run-log'

type Parts = { leases: RunLeases; log: RunLog; /** Lets this much of every lease go by. */ pass(ms: number): Promise<void> }

/** What every RunLeases promises, together with the RunLog that it guards. */
export function runLeasesSuite(name: string, make: () => Promise<Parts>): void {
  const TTL = 10_000
  const queue = async (log: RunLog, id: string, priority = 5): Promise<RunId> => {
    const runId = id as RunId
    await log.append(runId, [{ type: 'run.queued', workflowId: 'w', workflowName: 'W', version: 'draft', graphHash: 'h', input: {}, priority }], 0, (events) => foldRun(emptyRun, events))
    return runId
  }
  const begin = (log: RunLog, runId: RunId, lease?: Awaited<ReturnType<RunLeases['acquire']>>) =>
    log.append(runId, [{ type: 'run.started' }], 1, (events) => foldRun(emptyRun, events), lease)

  describe(`RunLeases: ${name}`, () => {
    it('gives a run to one owner at a time', async () => {
      const { leases, log } = await make()
      const run = await queue(log, 'run_a')
      const won = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => leases.acquire(run, owner, TTL)))
      expect(won.filter(Boolean)).toHaveLength(1)
      expect(await leases.acquire(run, 'e', TTL)).toBeUndefined()
    })

    it('gives it on when the lease has expired, and refuses what the owner before writes', async () => {
      const { leases, log, pass } = await make()
      const run = await queue(log, 'run_a')
      const first = await leases.acquire(run, 'frozen', TTL)
      await pass(TTL + 1)
      const second = await leases.acquire(run, 'next', TTL)
      expect(second!.epoch).toBeGreaterThan(first!.epoch)
      await expect(begin(log, run, first)).rejects.toMatchObject({ code: 'LEASE_LOST' })
      expect(await log.read(run)).toHaveLength(1)
      await begin(log, run, second)
      expect(await log.read(run)).toHaveLength(2)
    })

    it('refuses one driver of an owner once another of the same owner has begun', async () => {
      const { leases, log } = await make()
      const run = await queue(log, 'run_a')
      const first = await leases.acquire(run, 'a', TTL)
      const second = await leases.acquire(run, 'a', TTL)
      await expect(begin(log, run, first)).rejects.toMatchObject({ code: 'LEASE_LOST' })
      await begin(log, run, second)
    })

    it('keeps what is renewed, and tells what is lost', async () => {
      const { leases, log, pass } = await make()
      const [kept, lost] = [await queue(log, 'run_a'), await queue(log, 'run_b')]
      const mine = [(await leases.acquire(kept, 'a', TTL))!, (await leases.acquire(lost, 'a', TTL))!]
      await pass(TTL - 1_000)
      expect(await leases.renew([mine[0]!], TTL)).toEqual([])
      await pass(2_000)
      await leases.acquire(lost, 'b', TTL)
      expect(await leases.acquire(kept, 'b', TTL)).toBeUndefined()
      expect(await leases.renew(mine, TTL)).toEqual([lost])
      expect(await leases.renew([], TTL)).toEqual([])
    })

    it('finds what nobody holds: unfinished, the oldest first', async () => {
      const { leases, log, pass } = await make()
      for (const id of ['run_a', 'run_b', 'run_c']) await queue(log, id)
      const held = await leases.acquire('run_b' as RunId, 'a', TTL)
      await log.append('run_c' as RunId, [{ type: 'run.cancelled', by: 'me' }], 1, (events) => ({ ...foldRun(emptyRun, events), status: 'cancelled' }))
      expect(await leases.free(10)).toEqual(['run_a'])
      await leases.release([held!])
      expect((await leases.free(10)).toSorted()).toEqual(['run_a', 'run_b'])
      expect(await leases.free(1)).toHaveLength(1)
      await leases.acquire('run_a' as RunId, 'a', TTL)
      await pass(TTL + 1)
      expect((await leases.free(10)).toSorted()).toEqual(['run_a', 'run_b'])
    })

    it('finds what is more urgent first', async () => {
      const { leases, log } = await make()
      await queue(log, 'run_a')
      await queue(log, 'run_b', 9)
      expect(await leases.free(1)).toEqual(['run_b'])
    })

    it('does not take from the next owner what the one before lets go', async () => {
      const { leases, log, pass } = await make()
      const run = await queue(log, 'run_a')
      const old = await leases.acquire(run, 'a', TTL)
      await pass(TTL + 1)
      await leases.acquire(run, 'b', TTL)
      await leases.release([old!])
      expect(await leases.acquire(run, 'c', TTL)).toBeUndefined()
    })
  })
}

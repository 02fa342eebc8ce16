import { describe, expect, it } from 'vitest'
import { foldRun } from '@/domain/run/reduce-run'
import type { RunId } from '@/domain/run/run-event'
import { emptyRun } from '@/domain/run/run-state'
import type { RunCommands } from './run-commands'
import type { RunLog } from './run-log'

/** What every RunCommands promises. */
export function runCommandsSuite(name: string, make: () => Promise<{ commands: RunCommands; log: RunLog }>): void {
  describe(`RunCommands: ${name}`, () => {
    it('keeps what was left until it is settled, in its order, for the runs that are asked for', async () => {
      const { commands, log } = await make()
      const [a, b] = ['run_a' as RunId, 'run_b' as RunId]
      for (const run of [a, b]) await log.append(run, [{ type: 'run.queued', workflowId: 'w', workflowName: 'W', version: 'draft', graphHash: 'h', input: {}, priority: 5 }], 0, (events) => foldRun(emptyRun, events))
      const answer = { do: 'answer', key: 'n', decision: 'approve', comment: '진행', by: 'me' } as const
      await commands.leave('cmd_1', a, answer, 1)
      await commands.leave('cmd_2', b, { do: 'cancel', by: 'me' }, 2)
      await commands.leave('cmd_3', a, { do: 'cancel', by: 'you' }, 3)
      expect(await commands.pending([a])).toEqual([{ id: 'cmd_1', runId: a, command: answer }, { id: 'cmd_3', runId: a, command: { do: 'cancel', by: 'you' } }])
      expect(await commands.pending([])).toEqual([])
      expect(await commands.outcome('cmd_1')).toBeUndefined()
      await commands.settle('cmd_1', { ok: false, error: { code: 'NOT_WAITING', message: 'no', hint: 'h' } })
      await commands.settle('cmd_1', { ok: true })
      expect(await commands.outcome('cmd_1')).toEqual({ ok: false, error: { code: 'NOT_WAITING', message: 'no', hint: 'h' } })
      expect((await commands.pending([a, b])).map(({ id }) => id)).toEqual(['cmd_2', 'cmd_3'])
    })
  })
}

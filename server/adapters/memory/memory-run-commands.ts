import type { CommandOutcome, RunCommands } from '@/server/ports/run-commands'

type Left = Awaited<ReturnType<RunCommands['pending']>>[number] & { outcome?: CommandOutcome }

export function createMemoryRunCommands(): RunCommands {
  const all = new Map<string, Left>()
  return {
    leave: (id, runId, command) => Promise.resolve(void all.set(id, { id, runId, command })),
    pending: (runIds) => Promise.resolve([...all.values()].filter((one) => !one.outcome && runIds.includes(one.runId)).map(({ id, runId, command }) => ({ id, runId, command }))),
    settle(id, outcome) {
      const one = all.get(id)
      if (one) one.outcome ??= outcome
      return Promise.resolve()
    },
    outcome: (id) => Promise.resolve(all.get(id)?.outcome),
  }
}

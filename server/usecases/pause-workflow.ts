import type { Pause } from '@/domain/run/pause'
import type { RunControl } from '@/server/ports/run-control'
import { UnknownWorkflow, type WorkflowStore } from '@/server/ports/workflow-store'
import { authorise, type Actor } from './actor'

/** Holds the runs of a workflow back, and lets them go on. Starting one stays possible: it waits in line. */
export function pauseWorkflow({ workflows, runs }: { workflows: WorkflowStore; runs: Pick<RunControl, 'setPause'> }) {
  const set = async (actor: Actor, id: string, paused: Pause | null): Promise<{ id: string; paused: Pause | null }> => {
    authorise(actor, 'workflows.write')
    // The store first: what it does not keep would be forgotten at the next start.
    if (!(await workflows.setPause(id, paused))) throw new UnknownWorkflow(id)
    runs.setPause(id, paused)
    return { id, paused }
  }
  return {
    /** @param running whether runs that have begun stand still, too @throws {UnknownWorkflow} */
    pause: (actor: Actor, id: string, { running }: { running: boolean }) => set(actor, id, running ? 'all' : 'new'),
    /** @throws {UnknownWorkflow} */
    resume: (actor: Actor, id: string) => set(actor, id, null),
  }
}

import type { Delivery, Hook } from '@/domain/trigger/hook'
import { KEPT_DELIVERIES, type HookStore } from '@/server/ports/hook-store'
import type { WorkflowStore } from '@/server/ports/workflow-store'

/** Webhooks for tests. */
export function createMemoryHookStore(workflows: Pick<WorkflowStore, 'find'>): HookStore {
  const hooks = new Map<string, Hook>()
  let kept: Delivery[] = []
  const newestFirst = (a: Delivery, b: Delivery) => b.receivedAt - a.receivedAt || (a.id < b.id ? 1 : -1)

  async function present(): Promise<Hook[]> {
    for (const { id, workflowId } of hooks.values()) if (!(await workflows.find(workflowId))) hooks.delete(id)
    kept = kept.filter((delivery) => hooks.has(delivery.hookId))
    return [...hooks.values()].sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
  }

  return {
    create: async (hook) => {
      if (hooks.has(hook.id) || !(await workflows.find(hook.workflowId))) throw new Error(`Hook ${hook.id} cannot be made`)
      hooks.set(hook.id, { ...hook })
    },
    find: async (id) => (await present()).find((hook) => hook.id === id),
    list: async (workflowId) => (await present()).filter((hook) => hook.workflowId === workflowId),
    update: async (id, change) => {
      const old = (await present()).find((hook) => hook.id === id)
      if (old) hooks.set(id, { ...old, ...change })
      return hooks.get(id)
    },
    remove: async (id) => hooks.delete(id),
    record: async (delivery) => {
      await present()
      if (!hooks.has(delivery.hookId)) return
      const alike = (other: Delivery) => other.hookId === delivery.hookId && other.status >= 400 === delivery.status >= 400
      kept = [...kept.filter((other) => !alike(other)), ...[delivery, ...kept.filter(alike)].sort(newestFirst).slice(0, KEPT_DELIVERIES)]
    },
    deliveries: async (id, limit) => {
      await present()
      return kept.filter((delivery) => delivery.hookId === id).sort(newestFirst).slice(0, limit)
    },
  }
}

import type { Delivery, Hook } from '@/domain/trigger/hook'
import type { Clock } from '@/server/ports/clock'
import type { HookStore } from '@/server/ports/hook-store'
import type { Ids } from '@/server/ports/ids'
import type { RunLog } from '@/server/ports/run-log'
import { UnknownWorkflow, type WorkflowStore } from '@/server/ports/workflow-store'
import { authorise, type Actor } from './actor'
import { chosenVersion } from './chosen-version'
import { newHookSecret } from './hook-secret'
import { TooManyTriggers, unknownHook } from './refusals'

type Deps = { hooks: HookStore; workflows: WorkflowStore; runLog: RunLog; clock: Clock; ids: Ids }

export type HookWish = Pick<Hook, 'name' | 'version' | 'priority' | 'enabled' | 'waitMs' | 'perMinute' | 'maxBytes'>
/** A hook as it is shown: without what proves a call. */
export type HookView = { hook: Omit<Hook, 'secretHash'>; lastDelivery: Delivery | undefined }
/** Shown once: nothing brings them back. */
export type ShownSecret = { secret: string; signingKey: string }

const MAX_HOOKS = 50

/** Webhooks as people keep them. */
export function editHooks({ hooks, workflows, runLog, clock, ids }: Deps) {
  const found = async (id: string): Promise<Hook> => {
    const hook = await hooks.find(id)
    if (!hook) throw unknownHook(id)
    return hook
  }
  const view = async ({ secretHash: _, ...hook }: Hook): Promise<HookView> => ({ hook, lastDelivery: (await hooks.deliveries(hook.id, 1))[0] })
  const check = async (workflowId: string, version: Hook['version']): Promise<void> => {
    const workflow = await workflows.find(workflowId)
    if (!workflow) throw new UnknownWorkflow(workflowId)
    await chosenVersion({ workflows, runLog }, workflow, version ?? undefined)
  }
  return {
    async list(actor: Actor, workflowId: string): Promise<HookView[]> {
      authorise(actor, 'workflows.read')
      if (!(await workflows.find(workflowId))) throw new UnknownWorkflow(workflowId)
      return Promise.all((await hooks.list(workflowId)).map(view))
    },
    async find(actor: Actor, id: string): Promise<HookView> {
      authorise(actor, 'workflows.read')
      return view(await found(id))
    },
    /** @throws {UnknownWorkflow} {NotFound} {TooManyTriggers} */
    async create(actor: Actor, workflowId: string, wish: HookWish): Promise<HookView & ShownSecret> {
      authorise(actor, 'workflows.write')
      await check(workflowId, wish.version)
      if ((await hooks.list(workflowId)).length >= MAX_HOOKS) throw new TooManyTriggers('webhooks', MAX_HOOKS)
      const now = clock.now()
      const { secret, signingKey, ...kept } = newHookSecret(ids)
      const hook: Hook = { id: ids.next('hook'), workflowId, ...wish, ...kept, createdAt: now, updatedAt: now }
      await hooks.create(hook)
      return { ...(await view(hook)), secret, signingKey }
    },
    async update(actor: Actor, id: string, wish: Partial<HookWish>): Promise<HookView> {
      authorise(actor, 'workflows.write')
      const old = await found(id)
      if (wish.version !== undefined) await check(old.workflowId, wish.version)
      return view((await hooks.update(id, { ...wish, updatedAt: clock.now() })) ?? (await found(id)))
    },
    /** The old secret proves nothing from here on. */
    async rotate(actor: Actor, id: string): Promise<HookView & ShownSecret> {
      authorise(actor, 'workflows.write')
      await found(id)
      const { secret, signingKey, ...kept } = newHookSecret(ids)
      const hook = (await hooks.update(id, { ...kept, updatedAt: clock.now() })) ?? (await found(id))
      return { ...(await view(hook)), secret, signingKey }
    },
    async remove(actor: Actor, id: string): Promise<void> {
      authorise(actor, 'workflows.write')
      await found(id)
      await hooks.remove(id)
    },
    async deliveries(actor: Actor, id: string, limit: number): Promise<Delivery[]> {
      authorise(actor, 'workflows.read')
      await found(id)
      return hooks.deliveries(id, limit)
    },
  }
}

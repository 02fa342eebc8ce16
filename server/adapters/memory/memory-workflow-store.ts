import { DEFAULT_SNAPSHOTS, type SnapshotPolicy } from '@/domain/run/snapshot-policy'
import { decodeCursor, pageLimit, pageOf } from '@/server/ports/page-cursor'
import { LONGEST_OPERATION, OPERATIONS_KEPT, StaleRevision, UnknownWorkflow, type StoredOperation, type Workflow, type WorkflowStore, type WorkflowVersion } from '@/server/ports/workflow-store'

/** Workflows for tests. */
export function createMemoryWorkflowStore(): WorkflowStore {
  const workflows = new Map<string, Workflow>()
  const policies = new Map<string, SnapshotPolicy>()
  const versions = new Map<string, WorkflowVersion[]>()
  const operations = new Map<string, StoredOperation[]>()

  return {
    create: async ({ now, ...workflow }) => {
      if (workflows.has(workflow.id)) throw new Error(`Workflow ${workflow.id} is already there`)
      const created: Workflow = structuredClone({ ...workflow, revision: 1, latestVersion: null, paused: null, createdAt: now, updatedAt: now })
      workflows.set(workflow.id, created)
      return structuredClone(created)
    },
    find: async (id) => structuredClone(workflows.get(id)),

    list: async ({ search, cursor, limit: wanted }) => {
      const limit = pageLimit(wanted)
      const place = cursor === undefined ? undefined : decodeCursor(cursor)
      const text = (search ?? '').toLowerCase()
      const rows = [...workflows.values()]
        .filter((workflow) => `${workflow.name}\n${workflow.description}`.toLowerCase().includes(text))
        .filter((workflow) => !place || workflow.updatedAt < place.at || (workflow.updatedAt === place.at && workflow.id < place.id))
        .sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? 1 : -1))
        .map(({ graph, ...workflow }) => ({ ...workflow, nodeCount: graph.nodes.length }))
      return pageOf(rows.slice(0, limit + 1), limit, (workflow) => ({ at: workflow.updatedAt, id: workflow.id }))
    },

    update: async (id, { name, description, graph }, revision, now, done = [{ id: '', change: null }]) => {
      const old = workflows.get(id)
      if (!old) return undefined
      if (old.revision !== revision) throw new StaleRevision(revision, old.revision)
      const changed: Workflow = { ...old, name: name ?? old.name, description: description ?? old.description, graph: structuredClone(graph ?? old.graph), revision: revision + done.length, updatedAt: now }
      workflows.set(id, changed)
      const added = done.map((one, index) => ({ ...one, change: JSON.stringify(one.change).length > LONGEST_OPERATION ? null : one.change, revision: revision + index + 1 }))
      operations.set(id, structuredClone([...(operations.get(id) ?? []), ...added].slice(-OPERATIONS_KEPT)))
      return structuredClone(changed)
    },

    operationsAfter: async (id, revision) => structuredClone((operations.get(id) ?? []).filter((one) => one.revision > revision)),

    setPause: async (id, paused) => {
      const workflow = workflows.get(id)
      if (workflow) workflows.set(id, { ...workflow, paused })
      return workflow !== undefined
    },
    setSnapshots: async (id, policy) => {
      if (workflows.has(id)) policies.set(id, policy)
      return workflows.has(id)
    },
    snapshots: async (id) => policies.get(id) ?? DEFAULT_SNAPSHOTS,
    paused: async () => [...workflows.values()].flatMap(({ id, paused }) => (paused === null ? [] : [{ id, paused }])),

    remove: async (id) => {
      versions.delete(id)
      operations.delete(id)
      return workflows.delete(id)
    },

    publish: async (id, said, graphHash, now) => {
      const workflow = workflows.get(id)
      if (!workflow) throw new UnknownWorkflow(id)
      const version = (workflow.latestVersion ?? 0) + 1
      const published = { workflowId: id, version, graphHash, createdAt: now, ...said }
      workflows.set(id, { ...workflow, latestVersion: version })
      versions.set(id, [...(versions.get(id) ?? []), published])
      return published
    },
    versions: async (id) => [...(versions.get(id) ?? [])],
  }
}

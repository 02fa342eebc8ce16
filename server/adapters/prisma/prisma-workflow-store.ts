import 'server-only'
import { Graph } from '@/domain/graph/graph'
import { WorkflowChange } from '@/domain/graph/workflow-change'
import { Pause } from '@/domain/run/pause'
import { DEFAULT_SNAPSHOTS, SnapshotPolicy } from '@/domain/run/snapshot-policy'
import { decodeCursor, pageLimit, pageOf } from '@/server/ports/page-cursor'
import { LONGEST_OPERATION, OPERATIONS_KEPT, StaleRevision, UnknownWorkflow, type NewOperation, type WorkflowStore, type WorkflowSummary } from '@/server/ports/workflow-store'
import type { Workflow as WorkflowRow } from './generated/client'
import { matchesText } from './matches-text'
import type { StoreDatabase } from './store-database'

/** Workflows and their versions. A change names the revision it was made on; the older writer loses. */
export function createPrismaWorkflowStore({ read, write, queue }: StoreDatabase): WorkflowStore {
  return {
    async create({ id, name, description, graph, now }) {
      const row = await queue(() => write.workflow.create({
        data: { id, name, description, searchText: searchText(name, description), ...graphColumns(graph), revision: 1, createdAt: now, updatedAt: now },
      }))
      return workflowOf(row)
    },

    async find(id) {
      const row = await read.workflow.findUnique({ where: { id } })
      return row ? workflowOf(row) : undefined
    },

    async list({ search, cursor, limit: wanted }) {
      const limit = pageLimit(wanted)
      const place = cursor === undefined ? undefined : decodeCursor(cursor)
      const rows = await read.workflow.findMany({
        where: {
          ...(search !== undefined && search !== '' && { searchText: { contains: search.toLowerCase() } }),
          ...(place && { OR: [{ updatedAt: { lt: place.at } }, { updatedAt: place.at, id: { lt: place.id } }] }),
        },
        orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }], take: limit + 1, omit: { graph: true },
      })
      const page = pageOf(rows, limit, (row) => ({ at: row.updatedAt, id: row.id }))
      return { ...page, items: page.items.filter((row) => matchesText(row.searchText, search)).map(summaryOfRow) }
    },

    update(id, change, revision, now, operations = [{ id: '', change: null }]) {
      return queue(() => write.$transaction(async (tx) => {
        const old = await tx.workflow.findUnique({ where: { id }, omit: { graph: true } })
        if (!old) return undefined
        const name = change.name ?? old.name
        const description = change.description ?? old.description
        const { count } = await tx.workflow.updateMany({
          where: { id, revision },
          data: { name, description, searchText: searchText(name, description), ...(change.graph && graphColumns(change.graph)), revision: revision + operations.length, updatedAt: now },
        })
        if (count === 0) throw new StaleRevision(revision, old.revision)
        await tx.workflowOperation.createMany({ data: operations.map((one, index) => ({ workflowId: id, revision: revision + index + 1, id: one.id, change: changeText(one) })) })
        await tx.workflowOperation.deleteMany({ where: { workflowId: id, revision: { lte: revision + operations.length - OPERATIONS_KEPT } } })
        return workflowOf(await tx.workflow.findUniqueOrThrow({ where: { id } }))
      }))
    },

    async operationsAfter(id, revision) {
      const rows = await read.workflowOperation.findMany({ where: { workflowId: id, revision: { gt: revision } }, orderBy: { revision: 'asc' } })
      return rows.map((row) => ({ revision: row.revision, id: row.id, change: row.change === null ? null : WorkflowChange.parse(JSON.parse(row.change)) }))
    },

    async setPause(id, paused) {
      const { count } = await queue(() => write.workflow.updateMany({ where: { id }, data: { paused } }))
      return count > 0
    },

    async setSnapshots(id, policy) {
      const { count } = await queue(() => write.workflow.updateMany({ where: { id }, data: { snapshots: JSON.stringify(policy) } }))
      return count > 0
    },

    async snapshots(id) {
      const row = await read.workflow.findUnique({ where: { id }, select: { snapshots: true } })
      return row?.snapshots ? SnapshotPolicy.parse(JSON.parse(row.snapshots)) : DEFAULT_SNAPSHOTS
    },

    async paused() {
      const rows = await read.workflow.findMany({ where: { paused: { not: null } }, select: { id: true, paused: true } })
      return rows.flatMap(({ id, paused }) => (paused === null ? [] : [{ id, paused: Pause.parse(paused) }]))
    },

    async remove(id) {
      const { count } = await queue(() => write.workflow.deleteMany({ where: { id } }))
      return count > 0
    },

    publish(id, { author, note }, graphHash, now) {
      return queue(() => write.$transaction(async (tx) => {
        const { count } = await tx.workflow.updateMany({ where: { id, latestVersion: null }, data: { latestVersion: 1 } })
        if (count === 0) await tx.workflow.updateMany({ where: { id }, data: { latestVersion: { increment: 1 } } })
        const row = await tx.workflow.findUnique({ where: { id }, select: { latestVersion: true } })
        if (!row) throw new UnknownWorkflow(id)
        return tx.workflowVersion.create({ data: { workflowId: id, version: row.latestVersion ?? 1, graphHash, createdAt: now, author, note } })
      }))
    },

    versions: (id) => read.workflowVersion.findMany({ where: { workflowId: id }, orderBy: { version: 'asc' } }),
  }
}

function searchText(name: string, description: string): string {
  return `${name}\n${description}`.toLowerCase()
}

function changeText({ change }: NewOperation): string | null {
  const text = change && JSON.stringify(change)
  return text === null || text.length > LONGEST_OPERATION ? null : text
}

function graphColumns(graph: Graph) {
  return { graph: JSON.stringify(graph), nodeCount: graph.nodes.length }
}

function pauseOf({ paused }: { paused: string | null }): Pause | null {
  return paused === null ? null : Pause.parse(paused)
}

function workflowOf({ searchText: _searchText, nodeCount: _nodeCount, snapshots: _snapshots, graph, ...row }: WorkflowRow) {
  return { ...row, paused: pauseOf(row), graph: Graph.parse(JSON.parse(graph)) }
}

function summaryOfRow({ searchText: _searchText, snapshots: _snapshots, ...row }: Omit<WorkflowRow, 'graph'>): WorkflowSummary {
  return { ...row, paused: pauseOf(row) }
}

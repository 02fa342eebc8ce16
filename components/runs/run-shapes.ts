import type { Json } from '@/domain/json'
import type { RunStatus } from '@/domain/run/run-state'

export type Page<T> = { items: T[]; nextCursor: string | null }
export type RunRow = { id: string; workflowId: string; workflowName: string; version: number | 'draft'; status: RunStatus; createdAt: string; startedAt?: string | null; finishedAt?: string | null; parentRunId?: string | null; error?: unknown }
export type ForkBody = { fromNode: string; overrides?: Record<string, { output?: Json; config?: Record<string, Json> }>; input?: Json }
export type ForkAnswer = { id: string; parentRunId: string }
export type RunDiff = { nodes: unknown[] }
export type SnapshotRow = { id: string; seq: number; name?: string; createdAt: string }

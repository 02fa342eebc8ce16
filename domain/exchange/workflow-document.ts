import { z } from 'zod'
import { Graph } from '@/domain/graph/graph'

/** The version of the format that is written. What changes it adds a row to `UPGRADES`. */
export const DOCUMENT_VERSION = 1

const Name = z.string().trim().min(1).max(120)
const Description = z.string().max(2_000)

/** A workflow as a file: what is needed to make it again, elsewhere or later. */
const WorkflowDocument = z.strictObject({ heddle: z.literal(DOCUMENT_VERSION), name: Name, description: Description.default(''), graph: Graph })
export type WorkflowDocument = z.infer<typeof WorkflowDocument>

type Loose = Readonly<Record<string, unknown>>

/** `UPGRADES[n]` makes of a document of version n one of version n + 1. They are kept for good: a file outlives the program that wrote it. */
export const UPGRADES: readonly ((old: Loose) => Loose)[] = [
  // 0: what was exported before the format had a version; the rest is as in 1.
  (old) => ({ ...old, heddle: 1 }),
]

export type DocumentFault =
  /** Written by a newer Heddle. */
  | { kind: 'newer'; version: number }
  | { kind: 'shape'; issues: { path: string; message: string }[] }
  /** Nothing that says what it is. */
  | { kind: 'unknown' }

export type ReadDocument = { ok: true; document: WorkflowDocument } | { ok: false; fault: DocumentFault }

/** Most faults that are told. */
const TOLD = 5

export function documentOf({ name, description, graph }: Pick<WorkflowDocument, 'name' | 'description' | 'graph'>): WorkflowDocument {
  return { heddle: DOCUMENT_VERSION, name, description, graph }
}

/** Whether a value means to be a document of ours, of any version, or a graph alone. */
export function isDocument(value: unknown): value is Loose {
  return isObject(value) && (isVersion(value.heddle) || isGraphLike(value.graph) || isGraphLike(value))
}

/**
 * Reads a parsed file, whatever is in it, and brings it to the version of today.
 * @param fallbackName for a graph without a name
 */
export function readDocument(value: unknown, fallbackName: string): ReadDocument {
  if (!isDocument(value)) return { ok: false, fault: { kind: 'unknown' } }
  const version = isVersion(value.heddle) ? value.heddle : 0
  if (version > DOCUMENT_VERSION) return { ok: false, fault: { kind: 'newer', version } }
  const whole = isGraphLike(value) ? { name: fallbackName, graph: { nodes: value.nodes, edges: value.edges } } : value
  const parsed = WorkflowDocument.safeParse(UPGRADES.slice(version).reduce((document, upgrade) => upgrade(document), whole))
  if (parsed.success) return { ok: true, document: parsed.data }
  return { ok: false, fault: { kind: 'shape', issues: parsed.error.issues.slice(0, TOLD).map((issue) => ({ path: issue.path.join('.'), message: issue.message })) } }
}

/** Nodes as ours: other builders write theirs under the same word. */
function isGraphLike(value: unknown): value is { nodes: unknown[]; edges: unknown[] } {
  return isObject(value) && Array.isArray(value.nodes) && Array.isArray(value.edges) && value.nodes.every((node) => isObject(node) && !('data' in node) && !('typeVersion' in node))
}

function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

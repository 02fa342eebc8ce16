import type { NodeId, NodeType } from '@/domain/graph/graph'
import type { Point } from '@/domain/graph/graph-edit'
import type { Json } from '@/domain/json'
import type { Sketch } from './import-sketch'
import type { Piece } from './import-text'
import { liquidOfJinja } from './jinja-template'
import { items, number, record, records, text, type Loose } from './loose'

export type DifyNode = { key: string; id: NodeId; name: string; kind: string; type: NodeType; data: Loose; parent?: string; position: Point }
/** A variable that has a value before the flow begins. */
export type DifyVariable = { place: 'conversation' | 'env'; name: string; key: string; value: unknown }
export type DifyLevel = {
  sketch: Sketch
  chat: boolean
  variables: readonly DifyVariable[]
  nodes: ReadonlyMap<string, DifyNode>
  read(asker: DifyNode, selector: readonly string[]): string | undefined
  pieces(node: DifyNode, source: unknown): Piece[]
}

/** The path of a selector; one that leads nowhere here is told. */
export function selected(level: DifyLevel, node: DifyNode, selector: unknown): string | undefined {
  const keys = items(selector).map(text)
  const path = keys.length === 0 ? undefined : level.read(node, keys)
  if (path === undefined && keys.length > 0) level.sketch.remark('todo', 'EXPRESSION', node.name, keys.join('.'))
  return path
}

/** A template of Jinja as Liquid, undefined where that cannot be. Values of it that nobody understands stay as text, and are told. */
export function jinjaText(level: DifyLevel, node: DifyNode, template: string, variables: unknown): string | undefined {
  const names = new Map(records(variables).flatMap((one) => {
    const path = selected(level, node, one.value_selector)
    return path === undefined ? [] : [[text(one.variable), path] as const]
  }))
  const found = liquidOfJinja(template, names)
  for (const left of found?.left ?? []) level.sketch.remark('todo', 'EXPRESSION', node.name, left)
  return found?.liquid
}

/** What the common settings of a node come to. */
export function difyCommon({ data }: DifyNode): Record<string, Json> {
  const retry = record(data.retry_config)
  return {
    ...(retry.retry_enabled === true ? { retry: { maxAttempts: Math.min(20, 1 + Math.max(0, Math.round(number(retry.max_retries) ?? 3))), initialMs: Math.min(600_000, Math.max(0, Math.round(number(retry.retry_interval) ?? 1_000))) } } : { retry: { maxAttempts: 1 } }),
    ...(text(data.error_strategy) === 'fail-branch' && { onError: 'branch' }), ...(text(data.error_strategy) === 'default-value' && { onError: 'skip' }),
  }
}

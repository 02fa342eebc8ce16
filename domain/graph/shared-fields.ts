import { sameJson, type Json } from '@/domain/json'
import { isRemark, type GraphNode } from './graph'
import type { GraphEdit } from './graph-edit'
import { configs, isLocked } from './node-types'

/** Settings that make sense for many nodes at once. */
export const SHARED_FIELDS = ['model', 'temperature', 'maxTokens', 'shareContext', 'onError', 'maxAttempts', 'timeoutMs', 'stepTimeoutMs', 'priority', 'critical'] as const
export type SharedField = (typeof SHARED_FIELDS)[number]

/** `value` undefined: it is set nowhere. */
export type SharedValue = { same: true; value: Json | undefined } | { same: false }

/** The nodes that are edited together: those that do work and are not locked. */
export function editedTogether(nodes: readonly GraphNode[]): GraphNode[] {
  return nodes.filter((node) => !isRemark(node.type) && node.type !== 'input' && !isLocked(node))
}

/** What each of the nodes has, and what it is set to where they agree. */
export function sharedFields(nodes: readonly GraphNode[]): { field: SharedField; now: SharedValue }[] {
  if (nodes.length === 0) return []
  return SHARED_FIELDS.filter((field) => nodes.every(({ type }) => keyOf(field) in configs[type].shape)).map((field) => {
    const [first, ...others] = nodes.map((node) => valueOf(node, field))
    return { field, now: others.every((one) => sameJson(one ?? null, first ?? null)) ? { same: true, value: first } : { same: false } }
  })
}

/** Sets a field of all of them; undefined takes it away. */
export function setShared(nodes: readonly GraphNode[], field: SharedField, value: Json | undefined): GraphEdit {
  return { do: 'several', edits: nodes.map((node) => ({ do: 'set-config', nodeId: node.id, config: field === 'maxAttempts' ? put(node.config, 'retry', attempts(node, value)) : put(node.config, field, value) })) }
}

const keyOf = (field: SharedField) => (field === 'maxAttempts' ? 'retry' : field)

function valueOf({ config }: GraphNode, field: SharedField): Json | undefined {
  return field === 'maxAttempts' ? retryOf(config).maxAttempts : config[field]
}

function retryOf({ retry }: GraphNode['config']): { [key: string]: Json } {
  return typeof retry === 'object' && retry !== null && !Array.isArray(retry) ? retry : {}
}

function attempts({ config }: GraphNode, value: Json | undefined): Json | undefined {
  const retry = put(retryOf(config), 'maxAttempts', value)
  return Object.keys(retry).length === 0 ? undefined : retry
}

function put(config: { [key: string]: Json }, field: string, value: Json | undefined): { [key: string]: Json } {
  const { [field]: _, ...rest } = config
  return value === undefined ? rest : { ...config, [field]: value }
}

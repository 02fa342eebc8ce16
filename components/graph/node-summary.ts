import type { GraphNode } from '@/domain/graph/graph'

/** The line that tells most about what a node does. */
export function summaryOf({ config }: GraphNode): string {
  for (const field of ['prompt', 'expression', 'url', 'items', 'value', 'payload', 'to', 'from'] as const) {
    const text = config[field]
    if (typeof text === 'string' && text.trim() !== '') return text.trim().split('\n', 1)[0] ?? ''
  }
  return ''
}

import type { Json } from '@/domain/json'

type Said = { role: 'system' | 'user'; content: string }

/**
 * What the agents of a run share stands first and is the same to the byte, then the role, then the node's own prompt:
 * vLLM caches only exact prefixes. One system message, since many chat templates refuse a second one.
 */
export function layOutPrompt(shared: string, role: string, prompt: string): Said[] {
  const system = [shared, role].filter((part) => part.trim() !== '').join('\n\n')
  return [...(system === '' ? [] : [{ role: 'system' as const, content: system }]), { role: 'user', content: prompt }]
}

/** The run's input; inside a map its item. */
export function sharedContext(input: Json): string {
  if (input === null) return ''
  return `Shared context of this run:\n${typeof input === 'string' ? input : JSON.stringify(input, null, 2)}`
}

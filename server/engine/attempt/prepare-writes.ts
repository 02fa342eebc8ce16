import { AppError } from '@/domain/error'
import { isTemplate } from '@/domain/graph/references'
import { MemoryKey, type Remember, type TypedNode } from '@/domain/graph/node-types'
import type { Json } from '@/domain/json'
import { remembered, type MemoryWrite } from '@/domain/run/memory'
import type { StepScope } from '@/domain/run/scope'
import type { AttemptDeps } from './prepared'

const MAX_BYTES = 256 * 1024

class MemoryKeyRefused extends AppError {
  readonly code = 'MEMORY_KEY'
  readonly hint = 'A key has letters, digits, _ and -, at most 64, and a letter first.'
  constructor(name: string, key: string) {
    super(`"${name}" wants to remember under ${JSON.stringify(key.slice(0, 100))}, which is no key`)
  }
}

class MemoryTooLarge extends AppError {
  readonly code = 'MEMORY_TOO_LARGE'
  readonly hint = 'Remember a part of it, or hand it on by an edge.'
  constructor(key: string, bytes: number) {
    super(`The value for "${key}" has ${bytes} bytes as JSON; the memory takes at most ${MAX_BYTES} under a key`)
  }
}

/**
 * What a step that has its output wants kept in the memory of the run.
 * @param seen the versions that were there when the attempt began
 */
export async function prepareWrites({ templates }: AttemptDeps, node: TypedNode, scope: StepScope, seen: Record<string, number>, output: Json): Promise<MemoryWrite[]> {
  const wider = { ...scope, steps: { ...scope.steps, [node.id]: { output } } }
  const write = async ({ key: wish, value: source, expect }: Remember): Promise<MemoryWrite> => {
    const key = isTemplate(wish) ? (await templates.render(wish, wider)).trim() : wish
    if (!MemoryKey.safeParse(key).success) throw new MemoryKeyRefused(node.name, key)
    const value = !source?.trim() ? output : isTemplate(source) ? await templates.render(source, wider) : await templates.evaluate(source, wider)
    const bytes = Buffer.byteLength(JSON.stringify(value))
    if (bytes > MAX_BYTES) throw new MemoryTooLarge(key, bytes)
    return { key, value, expected: expect === 'seen' ? (Object.hasOwn(seen, key) ? seen[key]! : 0) : expect }
  }
  return Promise.all(remembered(node).map(write))
}

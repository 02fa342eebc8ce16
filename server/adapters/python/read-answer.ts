import { z } from 'zod'
import { Json } from '@/domain/json'
import { PythonFailed } from './python-errors'

/** Deepest nesting of `output`: what reads it later walks it by recursion. */
export const MAX_DEPTH = 64

const Answer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done'), output: Json }),
  z.object({ kind: z.literal('error'), line: z.int().nullable(), error: z.string().max(2_000), traceback: z.string().max(8_000) }),
  z.object({ kind: z.literal('missing'), packages: z.array(z.string().max(300)).max(100) }),
  z.object({ kind: z.literal('bad-output'), message: z.string().max(2_000) }),
  z.object({ kind: z.literal('unset') }),
])

/**
 * The value of `output` from what came on the result descriptor. User code can write there as well: nothing in it is believed
 * beyond that it is some result of that code.
 * @throws {PythonFailed} the code failed, or this is no answer
 */
export function readAnswer(text: string): Json {
  if (depthOf(text) > MAX_DEPTH + 2) throw new PythonFailed('PYTHON_BAD_OUTPUT', `output is nested more than ${MAX_DEPTH} levels deep`)
  const parsed = Answer.safeParse(jsonOf(text))
  if (!parsed.success) throw new PythonFailed('PYTHON_BAD_OUTPUT', 'The result is no JSON that Heddle can keep')
  const answer = parsed.data
  switch (answer.kind) {
    case 'done':
      return answer.output
    case 'error':
      throw new PythonFailed('PYTHON_ERROR', `${answer.line === null ? '' : `Line ${answer.line}: `}${answer.error}\n\n${answer.traceback}`)
    case 'missing':
      throw new PythonFailed('PYTHON_PACKAGE_MISSING', `Not installed: ${answer.packages.join(', ')}`)
    case 'bad-output':
      throw new PythonFailed('PYTHON_BAD_OUTPUT', answer.message)
    case 'unset':
      throw new PythonFailed('PYTHON_NO_OUTPUT', 'The code never set `output`')
  }
}

/** Nesting of a JSON text, told without recursion and before anything is built from it. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (quoted) {
      if (char === '\\') at += 1
      else if (char === '"') quoted = false
    } else if (char === '"') quoted = true
    else if (char === '[' || char === '{') deepest = Math.max(deepest, (depth += 1))
    else if (char === ']' || char === '}') depth -= 1
  }
  return deepest
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

import type { z } from 'zod'

/** What our own rules say of a field, in English; the name is how another language finds its words. */
export const said = {
  MISSING: 'Fill this in',
  TOO_LONG_TEXT: 'At most 1,000,000 characters',
  BAD_PACKAGE: 'Not a name of a package',
  BAD_KEY: 'Letters, digits, _ and -, at most 64, a letter first',
  BAD_NAME: 'Letters, digits and _, at most 64, no digit first',
  BAD_TOOL: 'Letters, digits, _ and -, at most 64',
  TOOL_TAKEN: 'This name is taken: call the tool something else',
  TOOL_TWICE: 'Another tool of this agent has the name already',
  TOO_MANY_PICTURES: 'At most 3 screenshots',
} as const

export type FieldFaultCode = keyof typeof said | 'WRONG_TYPE' | 'AT_LEAST' | 'AT_MOST' | 'TOO_SHORT' | 'TOO_LONG' | 'TOO_FEW' | 'TOO_MANY' | 'NO_CHOICE' | 'UNKNOWN_FIELD' | 'UNFIT'
/** `message`: the English of the schema. `params` fill the message in the reader's language. */
export type FieldFault = { path: string; message: string; code: FieldFaultCode; params: Record<string, string> }

const ours = new Map<string, keyof typeof said>(Object.entries(said).map(([code, text]) => [text, code as keyof typeof said]))

/** A refusal of a schema by name: a schema speaks English, and only some of it is ours. */
export function fieldFault(issue: z.core.$ZodIssue): FieldFault {
  return { path: issue.path.join('.'), message: issue.message, ...named(issue) }
}

function named(issue: z.core.$ZodIssue): Pick<FieldFault, 'code' | 'params'> {
  const own = ours.get(issue.message)
  if (own !== undefined) return { code: own, params: {} }
  switch (issue.code) {
    case 'invalid_type':
      // A new node's config is empty: to its schema a field that nobody filled in yet is of the wrong type.
      return issue.message.endsWith('received undefined') ? { code: 'MISSING', params: {} } : { code: 'WRONG_TYPE', params: { expected: issue.expected } }
    case 'too_small':
      if (isText(issue.origin) && Number(issue.minimum) <= 1) return { code: 'MISSING', params: {} }
      return { code: isText(issue.origin) ? 'TOO_SHORT' : isList(issue.origin) ? 'TOO_FEW' : 'AT_LEAST', params: { limit: String(issue.minimum) } }
    case 'too_big':
      return { code: isText(issue.origin) ? 'TOO_LONG' : isList(issue.origin) ? 'TOO_MANY' : 'AT_MOST', params: { limit: String(issue.maximum) } }
    case 'unrecognized_keys':
      return { code: 'UNKNOWN_FIELD', params: { fields: issue.keys.join(', ') } }
    case 'invalid_value':
      return { code: 'NO_CHOICE', params: { choices: issue.values.map(String).join(', ') } }
    default:
      return { code: 'UNFIT', params: {} }
  }
}

const isText = (origin: string): boolean => origin === 'string'
const isList = (origin: string): boolean => ['array', 'set', 'map', 'object', 'record'].includes(origin)

import { z } from 'zod'

/** What may be wrong with a template or an expression; `OTHER` is told in the words of the engine that read it. */
export const TextFaultCode = z.enum([
  'ENDS_EARLY', 'EXPECTED', 'UNEXPECTED', 'WRITE_INSTEAD', 'TEMPLATE_HERE', 'OPEN_STRING', 'BAD_ESCAPE', 'BAD_NUMBER', 'RESERVED', 'UNKNOWN_NAME', 'NO_FUNCTION', 'TYPES_DIFFER', 'BAD_ARGUMENT',
  'MISSING_VALUE', 'MISSING_FILTER', 'UNKNOWN_FILTER', 'OPEN_OUTPUT', 'OPEN_TAG', 'UNKNOWN_TAG', 'STRAY_TAG', 'TAG_OFF', 'BAD_TAG',
  'TOO_MUCH', 'NO_VALUE', 'OTHER',
])
export type TextFaultCode = z.infer<typeof TextFaultCode>

/** `message`: the English. `params` fill the message in the reader's language. `line` and `column` count from 1. */
export const TextFault = z.object({ code: TextFaultCode, params: z.record(z.string(), z.string()), message: z.string(), line: z.int(), column: z.int() })
export type TextFault = z.infer<typeof TextFault>

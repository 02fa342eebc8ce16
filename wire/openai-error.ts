import { z } from 'zod'

/** Errors of `/v1/*`: the shape the official clients read. */
export const OpenAiErrorBody = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.union([z.string(), z.number()]).nullable(),
  }),
})
export type OpenAiErrorBody = z.infer<typeof OpenAiErrorBody>

export type OpenAiFault = { message: string; type: string; param?: string; code: string }

export function openAiError({ message, type, param, code }: OpenAiFault): OpenAiErrorBody {
  return { error: { message, type, param: param ?? null, code } }
}

/** Ends a stream that failed after its first byte. */
export function openAiErrorEvent(fault: OpenAiFault): string {
  return `data: ${JSON.stringify(openAiError(fault))}\n\n`
}

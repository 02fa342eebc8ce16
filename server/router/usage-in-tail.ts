/** What the engine itself counted for one call. */
export type ReportedUsage = { promptTokens: number; completionTokens: number; cachedTokens?: number }

const MAX_TAIL_BYTES = 64 * 1024

/**
 * Reads `usage` from the last chunks of an answer, streamed or whole, without parsing the rest.
 * A generated text that contains `"usage":` has its quotes escaped in JSON, so it is not taken for one.
 */
export function usageInTail(chunks: readonly Uint8Array[]): ReportedUsage | undefined {
  const bytes = Buffer.concat(chunks)
  const text = bytes.subarray(Math.max(0, bytes.length - MAX_TAIL_BYTES)).toString('latin1')
  for (let at = text.lastIndexOf('"usage"'); at >= 0; at = at === 0 ? -1 : text.lastIndexOf('"usage"', at - 1)) {
    const part = text.slice(at, at + 1_000)
    const promptTokens = figure(part, 'prompt_tokens')
    if (promptTokens === undefined) continue
    const cachedTokens = figure(part, 'cached_tokens')
    return { promptTokens, completionTokens: figure(part, 'completion_tokens') ?? 0, ...(cachedTokens === undefined ? {} : { cachedTokens }) }
  }
  return undefined
}

function figure(text: string, name: string): number | undefined {
  const found = new RegExp(`"${name}"\\s*:\\s*(\\d+)`).exec(text)
  return found ? Number(found[1]) : undefined
}

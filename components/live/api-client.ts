import { asProblem, problemOf } from './problem-error'

export type CallOptions = { signal?: AbortSignal; headers?: Record<string, string> }

/**
 * Every call of the pages to `/api`. Paths start with `/api/…`.
 * @throws {ProblemError} what the server refused and why; status 0 when it could not be reached
 */
export const api = {
  get: <T>(path: string, options?: CallOptions) => call<T>('GET', path, undefined, options),
  post: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>('POST', path, body, options),
  put: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>('PUT', path, body, options),
  delete: <T>(path: string, body?: unknown, options?: CallOptions) => call<T>('DELETE', path, body, options),
}

async function call<T>(method: string, path: string, body: unknown, options: CallOptions = {}): Promise<T> {
  const response = await send(path, {
    method,
    headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }), ...options.headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(options.signal && { signal: options.signal }),
  })
  if (response.status === 204) return undefined as T
  const text = await response.text()
  // The caller names the shape that the wire schema of this path promises; it is the same repository.
  return (text === '' ? undefined : JSON.parse(text)) as T
}

async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, init)
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw asProblem(error)
  }
  if (!response.ok) throw await problemOf(response)
  return response
}

/** Lines of an `application/x-ndjson` answer, in batches as they arrive. */
export async function* readNdjson(path: string, signal?: AbortSignal): AsyncGenerator<unknown[]> {
  const response = await send(path, { headers: { accept: 'application/x-ndjson' }, ...(signal && { signal }) })
  if (!response.body) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      const lines = (rest + value).split('\n')
      rest = lines.pop() ?? ''
      const batch = lines.flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]))
      if (batch.length > 0) yield batch
    }
    if (rest.trim() !== '') yield [JSON.parse(rest) as unknown]
  } finally {
    // A reader that leaves early frees the connection.
    await reader.cancel().catch(() => undefined)
  }
}

/** `/api/runs?status=failed`: what is undefined or empty is left out. */
export function withQuery(path: string, query: Record<string, string | number | undefined>): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== '') params.set(key, String(value))
  const text = params.toString()
  return text === '' ? path : `${path}?${text}`
}

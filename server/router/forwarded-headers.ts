import type { DispatchRequest, DispatchRoute } from '../ports/instance-client'

/** What an instance may see of a request's headers. Keys and cookies stay here: an instance has its own key. */
const UP = ['accept', 'content-type', 'traceparent', 'tracestate', 'baggage']

export function headersUp(given: DispatchRequest['headers'], requestId: string): Record<string, string> {
  const headers: Record<string, string> = { 'x-request-id': requestId }
  for (const name of UP) {
    const value = given[name]
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  headers['content-type'] ??= 'application/json'
  return headers
}

/** Belong to one connection (RFC 9110, 7.6.1), or are set by the router itself. */
const NOT_DOWN = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'set-cookie', 'server', 'date', 'x-request-id'])

type Shown = { requestId: string; instanceId: string; policy?: string; cachedTokens?: number }

export function headersDown(given: Record<string, string | string[]>, route: Shown): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  for (const name in given) {
    const value = given[name]
    if (value !== undefined && !NOT_DOWN.has(name)) headers[name] = value
  }
  headers['x-request-id'] = route.requestId
  headers['x-heddle-instance'] = route.instanceId
  if (route.policy !== undefined) headers['x-heddle-policy'] = route.policy
  if (route.cachedTokens !== undefined) headers['x-heddle-cached-tokens'] = String(route.cachedTokens)
  return headers
}

/** A caller that sends it is told the whole decision: a process that works on runs and leaves routing to this one. */
export const EXPLAIN = 'x-heddle-explain'
/** Headers have little room; the chosen instance comes first. */
const MAX_CANDIDATES = 16

/** The decision, as JSON with what headers cannot hold escaped. */
export function explained(route: DispatchRoute): Record<string, string> {
  return { 'x-heddle-route': encodeURIComponent(JSON.stringify({ ...route, candidates: route.candidates.slice(0, MAX_CANDIDATES) })) }
}

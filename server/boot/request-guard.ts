import type { IncomingMessage } from 'node:http'

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

/**
 * Whether a request was meant for this server.
 * A page of another site may send requests here: by its Origin, or by a name of its own that resolves to this machine
 * (DNS rebinding). Both are refused before anything else sees the request.
 */
export function createRequestGuard(allowedHosts: readonly string[]) {
  const names = new Set([...LOOPBACK, ...allowedHosts].map((name) => name.toLowerCase()))
  const isOurs = (host: string): boolean => names.has(host.toLowerCase()) || names.has(host.toLowerCase().replace(/:\d+$/, ''))

  return function refusalOf(request: Pick<IncomingMessage, 'headers'>): 'host' | 'origin' | undefined {
    const { host, origin } = request.headers
    if (host === undefined || !isOurs(host)) return 'host'
    // Tools send none; a browser sends one with every call that can change something, and with every socket.
    if (origin === undefined) return undefined
    return URL.parse(origin)?.host.toLowerCase() === host.toLowerCase() ? undefined : 'origin'
  }
}

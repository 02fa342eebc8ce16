/**
 * Where an instance publishes, from its base URL.
 * @param port a port of its host, or `+N` above its own
 */
export function kvEndpoint(url: string, port: string): string {
  const { hostname, port: own, protocol } = new URL(url)
  const base = Number(own || (protocol === 'https:' ? 443 : 80))
  return `tcp://${hostname}:${port.startsWith('+') ? base + Number(port.slice(1)) : port}`
}

import { lookup } from 'node:dns/promises'
import type { Discovery } from '@/server/ports/discovery'
import { after, polled } from './polled'

const LOOK_MS = 5_000

type Options = { again?: (look: () => void) => () => void; resolve?: (host: string) => Promise<readonly { address: string; family: number }[]> }

/** Every address behind a name is an instance, as a headless Kubernetes service or a round-robin record gives them. */
export function dnsDiscovery(base: URL, { again = after(LOOK_MS), resolve = (host) => lookup(host, { all: true }) }: Options = {}): Discovery {
  return polled(`dns ${base.host}`, async () => {
    const found = await resolve(base.hostname)
    return found.map(({ address, family }) => `${base.protocol}//${family === 6 ? `[${address}]` : address}:${base.port || (base.protocol === 'https:' ? 443 : 80)}${base.pathname === '/' ? '' : base.pathname}`)
  }, again)
}

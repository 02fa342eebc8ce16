import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { BlockList, isIP } from 'node:net'
import { buildConnector } from 'undici'
import { AppError } from '@/domain/error'

/** A call to an address that workflows may not reach. */
export class EgressRefused extends AppError {
  readonly code = 'EGRESS_REFUSED'
  constructor(message: string, readonly hint = 'Workflows reach public addresses only. To allow this host, start Heddle with it in HEDDLE_EGRESS_ALLOW.') {
    super(message)
  }
}

// IANA special-purpose registries: what is not one public machine.
const PRIVATE_V4: [string, number][] = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24],
  ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
]
// Of IPv6 only 2000::/3 is public at all (which leaves out ::1, ::ffff:0:0/96, fc00::/7, fe80::/10 and NAT64); within it:
const PRIVATE_V6: [string, number][] = [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]]

const refused = new BlockList()
for (const [net, bits] of PRIVATE_V4) refused.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of PRIVATE_V6) refused.addSubnet(net, bits, 'ipv6')
const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')

/** Whether an address is one public machine's. IPv4 within IPv6 is not, however it is written. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !refused.check(address, 'ipv4')
    case 6:
      return global.check(address, 'ipv6') && !refused.check(address, 'ipv6')
    default:
      return false
  }
}

/** @param allow `host` (any port) or `host:port`; IPv6 in brackets */
export function isAllowed(allow: readonly string[], hostname: string, port: string): boolean {
  const host = hostname.toLowerCase()
  return allow.some((entry) => entry.toLowerCase() === host || entry.toLowerCase() === `${host}:${port}`)
}

/**
 * undici's connector with the guard in it: the address is judged where it is used, so a name that resolves
 * differently a moment later gains nothing.
 * E1. A name is refused when any of its addresses is not public.
 * E2. The socket's own remote address is looked at once more before a byte is sent.
 */
export function createGuardedConnector({ allow, connectTimeoutMs, lookup = dnsLookup }: { allow: readonly string[]; connectTimeoutMs: number; lookup?: typeof dnsLookup }): buildConnector.connector {
  const open = buildConnector({ timeout: connectTimeoutMs })
  const guarded = buildConnector({
    timeout: connectTimeoutMs,
    lookup: (hostname, _options, callback) => {
      lookup(hostname, { all: true }, (error, addresses: LookupAddress[]) => {
        const bad = error ? undefined : addresses.find(({ address }) => !isPublicAddress(address))
        const problem = error ?? (bad ? refusal(hostname, bad.address) : null)
        const first = addresses?.[0]
        if (problem || !first) callback(problem ?? refusal(hostname, 'nothing'), '', 0)
        else if (_options.all) callback(null, addresses)
        else callback(null, first.address, first.family)
      })
    },
  })
  return (options, callback) => {
    const port = options.port || (options.protocol === 'https:' ? '443' : '80')
    if (isAllowed(allow, options.hostname, port)) return open(options, callback)
    const literal = options.hostname.replace(/^\[|\]$/g, '')
    if (isIP(literal) && !isPublicAddress(literal)) return callback(refusal(options.hostname, literal), null)
    guarded(options, (...[error, socket]) => {
      if (error) return callback(error, null)
      if (isPublicAddress(socket.remoteAddress ?? '')) return callback(null, socket)
      const address = socket.remoteAddress ?? 'nothing'
      socket.destroy()
      callback(refusal(options.hostname, address), null)
    })
  }
}

function refusal(hostname: string, address: string): EgressRefused {
  return new EgressRefused(address === hostname.replace(/^\[|\]$/g, '') ? `${hostname} is not a public address` : `${hostname} leads to ${address}, which is not a public address`)
}

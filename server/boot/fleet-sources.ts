import { dnsDiscovery } from '@/server/adapters/discovery/dns-discovery'
import { fileDiscovery } from '@/server/adapters/discovery/file-discovery'
import { kubernetesDiscovery } from '@/server/adapters/discovery/kubernetes-discovery'
import type { Discovery } from '@/server/ports/discovery'
import type { InstanceClient } from '@/server/ports/instance-client'
import type { Logger } from '@/server/ports/log-store'

/** One entry of HEDDLE_FLEET. */
export type FleetSource = { kind: 'url'; url: string } | { kind: 'dns'; base: URL } | { kind: 'file'; path: string } | { kind: 'kubernetes'; namespace: string; service: string; port?: string }

/** @returns undefined when it is none of the forms */
export function readFleetSource(text: string): FleetSource | undefined {
  if (text.startsWith('file:')) return text.length > 'file:'.length ? { kind: 'file', path: text.slice('file:'.length) } : undefined
  const inCluster = /^k8s:\/\/([a-z0-9-]+)\/([a-z0-9-]+)(?::([a-z0-9-]+))?$/.exec(text)
  if (inCluster) return { kind: 'kubernetes', namespace: inCluster[1]!, service: inCluster[2]!, ...(inCluster[3] !== undefined && { port: inCluster[3] }) }
  const isDns = text.startsWith('dns+')
  const url = URL.parse(isDns ? text.slice('dns+'.length) : text)
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') return undefined
  return isDns ? { kind: 'dns', base: url } : { kind: 'url', url: text }
}

type Deps = {
  sources: readonly FleetSource[]
  kubernetesApi: string | undefined
  clientOf: (id: string, url: string) => InstanceClient
  log: Logger
}
type Fleet = { add(client: InstanceClient): Promise<void>; remove(instanceId: string): void }

/** Keeps the router's instances those that the sources name. An instance that comes back keeps its id. */
export function createFleetSources({ sources, kubernetesApi, clientOf, log }: Deps) {
  const ids = new Map<string, string>()
  const idOf = (url: string): string => {
    const known = ids.get(url) ?? `vllm-${ids.size}`
    ids.set(url, known)
    return known
  }
  const fixed = sources.flatMap((source) => (source.kind === 'url' ? [source.url] : []))
  return {
    /** Those that are named one by one. */
    clients: [...new Set(fixed)].map((url) => clientOf(idOf(url), url)),
    /** @returns how to stop */
    follow(fleet: Fleet): () => void {
      const told = new Map<Discovery, readonly string[]>()
      let here = new Set(fixed)
      const apply = (): void => {
        const next = new Set([...fixed, ...[...told.values()].flat()])
        for (const url of here) if (!next.has(url)) fleet.remove(idOf(url))
        for (const url of next) if (!here.has(url)) void fleet.add(clientOf(idOf(url), url))
        here = next
      }
      const stops = sources.flatMap((source) => discoveryOf(source, kubernetesApi) ?? []).map((discovery) =>
        discovery.watch(
          (urls) => {
            log({ level: 'INFO', component: 'router', category: 'system', message: `Fleet from ${discovery.name}: ${urls.length} instance(s)`, data: { urls: [...urls] } })
            told.set(discovery, urls)
            apply()
          },
          (reason) => log({ level: 'WARNING', component: 'router', category: 'system', message: `Fleet from ${discovery.name} cannot be read, what was known stays: ${reason}` }),
        ))
      return () => stops.forEach((stop) => stop())
    },
  }
}

function discoveryOf(source: FleetSource, kubernetesApi: string | undefined): Discovery | undefined {
  switch (source.kind) {
    case 'url':
      return undefined
    case 'dns':
      return dnsDiscovery(source.base)
    case 'file':
      return fileDiscovery(source.path)
    case 'kubernetes':
      return kubernetesDiscovery({ apiUrl: kubernetesApi ?? 'http://127.0.0.1:8001', namespace: source.namespace, service: source.service, ...(source.port !== undefined && { port: source.port }) })
  }
}

/** The ready endpoints of a Kubernetes service, from the API server's EndpointSlices: listed, then watched. */
import { readFile } from 'node:fs/promises'
import { Agent, request } from 'undici'
import { z } from 'zod'
import type { Discovery } from '@/server/ports/discovery'

export type KubernetesOptions = {
  /** Of the API server. */
  apiUrl: string
  namespace: string
  service: string
  /** Number or name of the service's port; left out: the first. */
  port?: string
  /** Folder with `token` and `ca.crt`, as a pod has it. */
  credentialsDir?: string
  /** After a failure. */
  retryMs?: number
}

const Slice = z.object({
  metadata: z.object({ name: z.string(), resourceVersion: z.string().optional() }),
  endpoints: z.array(z.object({ addresses: z.array(z.string()), conditions: z.object({ ready: z.boolean().nullish(), terminating: z.boolean().nullish() }).nullish() })).nullish(),
  ports: z.array(z.object({ name: z.string().nullish(), port: z.number().nullish() })).nullish(),
  addressType: z.string().optional(),
})
type Slice = z.infer<typeof Slice>
const SliceList = z.object({ metadata: z.object({ resourceVersion: z.string().optional() }), items: z.array(Slice) })
const WatchEvent = z.object({ type: z.string(), object: z.unknown() })

/** A line of the watch is one slice: at most 1,000 endpoints. */
const MAX_LINE_BYTES = 4 * 1024 * 1024

export function kubernetesDiscovery({ apiUrl, namespace, service, port, credentialsDir = '/var/run/secrets/kubernetes.io/serviceaccount', retryMs = 2_000 }: KubernetesOptions): Discovery {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices?labelSelector=${encodeURIComponent(`kubernetes.io/service-name=${service}`)}`

  async function ask(query: string, dispatcher: Agent, signal: AbortSignal) {
    // Read anew each time: the token of a pod is renewed under it.
    const token = await readFile(`${credentialsDir}/token`, 'utf8').catch(() => undefined)
    const reply = await request(`${apiUrl}${path}${query}`, { dispatcher, signal, headers: { accept: 'application/json', ...(token !== undefined && { authorization: `Bearer ${token.trim()}` }) } })
    if (reply.statusCode !== 200) {
      await reply.body.dump()
      throw new Error(`the Kubernetes API answered ${reply.statusCode}${reply.statusCode === 403 ? '; the service account needs list and watch on endpointslices' : ''}`)
    }
    return reply.body
  }

  async function connected(act: (dispatcher: Agent) => Promise<void>): Promise<void> {
    const ca = await readFile(`${credentialsDir}/ca.crt`, 'utf8').catch(() => undefined)
    const dispatcher = new Agent({ bodyTimeout: 0, ...(ca !== undefined && { connect: { ca } }) })
    await act(dispatcher).finally(() => dispatcher.destroy())
  }

  async function follow(onUrls: (urls: readonly string[]) => void, dispatcher: Agent, signal: AbortSignal): Promise<void> {
    const list = SliceList.parse(await (await ask('', dispatcher, signal)).json())
    const slices = new Map(list.items.map((slice) => [slice.metadata.name, slice]))
    const tell = (): void => onUrls(urlsOf(slices.values(), port))
    tell()
    const from = list.metadata.resourceVersion
    const body = await ask(`&watch=1&allowWatchBookmarks=true${from === undefined ? '' : `&resourceVersion=${encodeURIComponent(from)}`}`, dispatcher, signal)
    for await (const line of linesOf(body as AsyncIterable<Buffer>)) {
      const event = WatchEvent.parse(JSON.parse(line))
      // Too old a version, most often: the next round lists again.
      if (event.type === 'ERROR') return
      if (event.type === 'BOOKMARK') continue
      const slice = Slice.parse(event.object)
      if (event.type === 'DELETED') slices.delete(slice.metadata.name)
      else slices.set(slice.metadata.name, slice)
      tell()
    }
  }

  return {
    name: `kubernetes ${namespace}/${service}`,
    watch(onUrls, onTrouble) {
      const end = new AbortController()
      let told: string | undefined
      let trouble: string | undefined
      const tellChange = (urls: readonly string[]): void => {
        trouble = undefined
        if (urls.join() === told) return
        told = urls.join()
        onUrls(urls)
      }
      void (async () => {
        while (!end.signal.aborted) {
          await connected((dispatcher) => follow(tellChange, dispatcher, end.signal)).catch((error: unknown) => {
            const reason = error instanceof Error ? error.message : String(error)
            if (!end.signal.aborted && reason !== trouble) onTrouble((trouble = reason))
          })
          if (!end.signal.aborted) await new Promise((resolve) => setTimeout(resolve, retryMs).unref())
        }
      })()
      return () => end.abort()
    },
  }
}

function urlsOf(slices: Iterable<Slice>, port: string | undefined): string[] {
  const urls = new Set<string>()
  for (const { endpoints, ports, addressType } of slices) {
    const number = port !== undefined && /^\d+$/.test(port) ? Number(port) : (ports ?? []).find((one) => port === undefined || one.name === port)?.port
    if (number === undefined || number === null) continue
    for (const { addresses, conditions } of endpoints ?? []) {
      if (conditions?.ready === false || conditions?.terminating === true) continue
      for (const address of addresses) urls.add(`http://${addressType === 'IPv6' ? `[${address}]` : address}:${number}`)
    }
  }
  return [...urls].sort()
}

async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true })
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end)
      rest = rest.slice(end + 1)
      if (line.trim() !== '') yield line
    }
    if (rest.length > MAX_LINE_BYTES) throw new Error('the Kubernetes API sends a line without end')
  }
}

/**
 * The only way out for a page: a forward proxy on the loopback address, which opens every connection by the guard of HTTP steps.
 * P1. Names are resolved here, and the address is judged where it is used: redirects, requests of scripts, WebSockets and a
 *     name that leads elsewhere a moment later gain nothing.
 * P2. What goes through it is counted.
 */
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { buildConnector } from 'undici'

type GuardedProxy = { port: number; /** Hosts that were refused, in their order. */ refused(): string[]; /** What went through it so far. */ bytes(): number; close(): void }

export async function openGuardedProxy(connect: buildConnector.connector): Promise<GuardedProxy> {
  const refused = new Set<string>()
  const sockets = new Set<Duplex>()
  const outward = new Set<Socket>()
  let gone = 0

  function open(hostname: string, port: string): Promise<Socket> {
    return new Promise((resolve, reject) => {
      connect({ hostname, host: `${hostname}:${port}`, protocol: 'http:', port }, (error, socket) => {
        if (!socket) {
          if (error && 'code' in error && error.code === 'EGRESS_REFUSED') refused.add(`${hostname}:${port}`)
          return reject(error ?? new Error('no connection'))
        }
        keep(socket)
        outward.add(socket)
        socket.on('close', () => {
          outward.delete(socket)
          gone += moved(socket)
        })
        resolve(socket)
      })
    })
  }

  function keep(socket: Duplex): void {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? '')
    if (!url || url.protocol !== 'http:') return void response.destroy()
    try {
      const socket = await open(url.hostname, url.port || '80')
      const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !/^(proxy-|connection$|keep-alive$)/.test(name)))
      const upstream = ask({ method: request.method, path: url.pathname + url.search, headers: { ...headers, connection: 'close' }, createConnection: () => socket, setHost: false }, (reply) => {
        const { connection: _, 'keep-alive': __, ...kept } = reply.headers
        response.writeHead(reply.statusCode ?? 502, kept)
        reply.pipe(response)
      })
      upstream.on('error', () => response.destroy())
      request.pipe(upstream)
    } catch {
      // A page of an error would look like an answer of the far side.
      response.destroy()
    }
  }

  const server = createServer((request, response) => void forward(request, response))
  server.on('connection', keep)
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    const [, hostname = '', port = ''] = /^(.+):(\d+)$/.exec(request.url ?? '') ?? []
    open(hostname, port).then(
      (socket) => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
        socket.write(head)
        socket.pipe(client).pipe(socket)
      },
      () => client.destroy(),
    )
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    refused: () => [...refused],
    bytes: () => [...outward].reduce((sum, socket) => sum + moved(socket), gone),
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function moved({ bytesRead, bytesWritten }: Socket): number {
  return bytesRead + bytesWritten
}

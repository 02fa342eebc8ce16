import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { AppError } from '@/domain/error'

/** Somebody else listens there. The server does not start. */
export class PortInUse extends AppError {
  readonly code = 'PORT_IN_USE'
  readonly hint = 'Stop what uses it, or choose another: PORT=3001 npm start'
  constructor(port: number) {
    super(`Port ${port} is in use`)
  }
}

type Place = { port: number; host: string }
/** Takes no more connections from the call on, and resolves when those that are open have ended, or were cut after `graceMs`. */
export type Close = (graceMs?: number) => Promise<void>

/** How often connections that a call has left open are closed, once no more are taken. */
const IDLE_LOOK_MS = 50

/** Resolves when the server takes connections, with what ends that. @throws {PortInUse} */
export async function listen(server: Server, { port, host }: Place): Promise<Close> {
  // Node's own list forgets a connection that has become a WebSocket, and would wait for it for good.
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new PortInUse(port) : error))
    server.listen(port, host, resolve)
  })
  return async (graceMs = 0) => {
    const ended = new Promise<void>((resolve) => server.close(() => resolve()))
    // A call that still comes by an open connection is answered, and is the last there.
    server.prependListener('request', (_request, response: ServerResponse) => void response.setHeader('connection', 'close'))
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS)
    const late = setTimeout(() => sockets.forEach((socket) => socket.destroy()), graceMs)
    await ended
    clearInterval(idle)
    clearTimeout(late)
  }
}

/** So that a busy port is told before fleet and pages are made ready, which takes seconds; `listen` alone decides. @throws {PortInUse} */
export async function findPortFree(place: Place): Promise<void> {
  const close = await listen(createServer(), place)
  await close()
}

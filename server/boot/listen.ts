import { createServer, type Server } from 'node:http'
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

/** Resolves when the server takes connections. @throws {PortInUse} */
export function listen(server: Server, { port, host }: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new PortInUse(port) : error))
    server.listen(port, host, resolve)
  })
}

/** So that a busy port is told before fleet and pages are made ready, which takes seconds; `listen` alone decides. @throws {PortInUse} */
export async function findPortFree(place: Place): Promise<void> {
  const probe = createServer()
  await listen(probe, place)
  await closed(probe)
}

/** Takes no more connections, and resolves when those that are under way have ended, or were cut off after half a second. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 500).unref()
  })
}

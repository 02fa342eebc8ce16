import type { IncomingMessage } from 'node:http'
import { hashText } from './seeded-random'
import type { SimInstance } from './sim-instance'

/** The id that the client gave, in its header or body, else the next of this instance. */
export function requestIdOf(instance: SimInstance, request: IncomingMessage, given: string | null | undefined): string {
  const header = request.headers['x-request-id']
  if (given) return given
  if (typeof header === 'string' && header !== '') return header
  const number = instance.nextId()
  return hashText(`${instance.options.seed}/${number}`).toString(16).padStart(8, '0') + number.toString(16).padStart(8, '0')
}

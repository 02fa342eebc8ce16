import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { closed, findPortFree, listen, PortInUse } from './listen'

test('a port that somebody else has is refused by name, and is free again once he has closed', async () => {
  const other = createServer()
  await listen(other, { port: 0, host: '127.0.0.1' })
  const place = { port: (other.address() as AddressInfo).port, host: '127.0.0.1' }
  await expect(findPortFree(place)).rejects.toThrow(PortInUse)
  await expect(listen(createServer(), place)).rejects.toThrow(`Port ${place.port} is in use`)
  await closed(other)
  await findPortFree(place)
  // What only looked does not stand in the way of the one that comes.
  const next = createServer()
  await listen(next, place)
  await closed(next)
})

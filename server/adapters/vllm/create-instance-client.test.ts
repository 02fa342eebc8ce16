import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createInstanceClient } from './create-instance-client'

test('a probe says why an instance is not healthy: whoever is called at night goes by that', async () => {
  let status = 200
  const server = createServer((_, response) => response.writeHead(status).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = createInstanceClient({ id: 'i', url: `http://127.0.0.1:${port}` })
  expect(await client.health()).toBeUndefined()
  status = 503
  expect(await client.health()).toBe('/health answered 503')
  await client.close()
  await new Promise((resolve) => server.close(resolve))
  const alone = createInstanceClient({ id: 'i', url: `http://127.0.0.1:${port}` })
  expect(await alone.health()).toMatch(/^\/health cannot be asked: .*ECONNREFUSED/)
  await alone.close()
})

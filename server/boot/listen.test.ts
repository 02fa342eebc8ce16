import { Agent, createServer, get } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { findPortFree, listen, PortInUse } from './listen'

/** Without an end in sight. */
const HANGS_MS = 20_000

test('a port that somebody else has is refused by name, and is free again once he has closed', async () => {
  const other = createServer()
  const close = await listen(other, { port: 0, host: '127.0.0.1' })
  const place = { port: (other.address() as AddressInfo).port, host: '127.0.0.1' }
  await expect(findPortFree(place)).rejects.toThrow(PortInUse)
  await expect(listen(createServer(), place)).rejects.toThrow(`Port ${place.port} is in use`)
  await close()
  await findPortFree(place)
  // What only looked does not stand in the way of the one that comes.
  const closeNext = await listen(createServer(), place)
  await closeNext()
})

test('closing cuts a connection that was upgraded, which Node itself would wait for', async () => {
  const server = createServer().on('upgrade', (_request, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: any\r\n\r\n'))
  const close = await listen(server, { port: 0, host: '127.0.0.1' })
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined)
  client.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: any\r\n\r\n')
  await once(client, 'data')
  const gone = once(client, 'close')
  await close()
  await gone
}, HANGS_MS)

test('closing lets a call that is under way end, and does not wait for the connection that it leaves open', async () => {
  let answer = (): void => undefined
  const server = createServer((_request, response) => {
    response.write('begun')
    answer = () => void response.end(', ended')
  })
  server.keepAliveTimeout = 0
  const close = await listen(server, { port: 0, host: '127.0.0.1' })
  const [reply] = (await once(get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent: new Agent({ keepAlive: true }) }), 'response')) as [AsyncIterable<Buffer>]
  const closed = close(2 * HANGS_MS)
  answer()
  let text = ''
  for await (const chunk of reply) text += chunk.toString()
  expect(text).toBe('begun, ended')
  await closed
}, HANGS_MS)

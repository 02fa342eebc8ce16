// The bench's graphs on BullMQ, each step a job: a worker that takes many at once, on a Redis of its own that flushes every
// write to the disk before it answers, as the stores of the others do.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { FlowProducer, Queue, QueueEvents, Worker } from 'bullmq'

const QUEUE = 'steps'

/** @throws where there is no redis-server */
export async function open() {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-redis-'))
  const port = await freePort()
  const redis = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'], { stdio: 'ignore' })
  await once(redis, 'spawn')
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null }
  const events = new QueueEvents(QUEUE, { connection })
  const flows = new FlowProducer({ connection })
  const queue = new Queue(QUEUE, { connection })
  const worker = new Worker(QUEUE, () => Promise.resolve(null), { connection, concurrency: 200 })
  await Promise.all([events.waitUntilReady(), queue.waitUntilReady(), worker.waitUntilReady()])

  return {
    name: 'BullMQ, Redis',
    /** A flow is a tree whose children come first: a chain is one flow; where a step leads to many, those are a flow behind it. */
    async run(graph) {
      const targets = graph.edges.map(({ target }) => target)
      const [first] = graph.nodes.filter(({ id }) => !targets.includes(id))
      const isChain = new Set(targets).size === targets.length && new Set(graph.edges.map(({ source }) => source)).size === targets.length
      if (isChain) return ended(await flows.add(flowTo(graph, lastOf(graph), undefined)))
      await (await queue.add(first.id, {})).waitUntilFinished(events)
      await ended(await flows.add(flowTo(graph, lastOf(graph), first.id)))
    },
    async close() {
      await Promise.all([worker.close(), events.close(), flows.close(), queue.close()])
      redis.kill('SIGTERM')
      await once(redis, 'exit')
      rmSync(folder, { recursive: true })
    },
  }

  function ended({ job }) {
    return job.waitUntilFinished(events)
  }
}

const lastOf = (graph) => graph.nodes.find(({ id }) => !graph.edges.some(({ source }) => source === id)).id

function flowTo(graph, id, without) {
  const before = graph.edges.filter(({ target, source }) => target === id && source !== without).map(({ source }) => flowTo(graph, source, without))
  return { name: id, queueName: QUEUE, data: {}, ...(before.length > 0 && { children: before }) }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Pause } from '@/domain/run/pause'
import { reusedFacts } from '@/domain/run/fork-run'
import { foldRun } from '@/domain/run/reduce-run'
import type { Graph } from '@/domain/graph/graph'
import type { Json } from '@/domain/json'
import type { RunEvent, RunId } from '@/domain/run/run-event'
import { emptyRun, isFinished, type RunState } from '@/domain/run/run-state'
import type { ModelReply } from '@/server/ports/model-gateway'
import type { RunLog } from '@/server/ports/run-log'
import { createWorld, graphOf, overloaded, refused, settle } from './engine-world.suite'

type Kind = 'agent' | 'timed' | 'transform' | 'condition' | 'map' | 'merge' | 'approval' | 'subworkflow' | 'late' | 'tools'
const HANDLES: Partial<Record<Kind, readonly [string, string]>> = { condition: ['true', 'false'], approval: ['approved', 'rejected'] }

/** Layered graphs of what a workflow is made of. */
function graphs(...kinds: Kind[]): fc.Arbitrary<Graph> {
  const spec = fc.record({ kind: fc.constantFrom(...kinds), mode: fc.constantFrom('all', 'any'), backs: fc.array(fc.nat(3), { minLength: 1, maxLength: 2 }), side: fc.nat(1) })
  return fc.array(spec, { minLength: 1, maxLength: 7 }).map((specs) => {
    const nodes: Record<string, [string, Record<string, unknown>?]> = { n0: ['input'] }
    const edges: string[] = []
    specs.forEach(({ kind, mode, backs, side }, index) => {
      const id = `n${index + 1}`
      nodes[id] = [kind === 'timed' || kind === 'tools' ? 'agent' : kind === 'late' ? 'subworkflow' : kind, configOf(kind, mode)]
      for (const source of new Set(backs.map((back) => Math.max(0, index - back)))) {
        const handle = source === 0 ? undefined : HANDLES[specs[source - 1]!.kind]?.[side]
        edges.push(`n${source}${handle === undefined ? '' : `:${handle}`} -> ${id}`)
      }
    })
    return graphOf(nodes, ...edges)
  })
}

function configOf(kind: Kind, mode: string): Record<string, unknown> {
  switch (kind) {
    case 'agent':
      return { prompt: 'Say something after {{ memory.last }}', remember: [{ key: 'last', value: '"said"', expect: 'any' }] }
    case 'timed':
      return { prompt: 'Say something soon', stepTimeoutMs: 1_000, onError: 'skip' }
    case 'tools':
      return { ...TOOLS, ...(mode === 'any' && { toolConcurrency: 1 }) }
    case 'transform':
      return { expression: '1 + 1' }
    case 'condition':
      return { expression: 'true' }
    case 'merge':
      return { mode }
    case 'approval':
      return { prompt: 'Go on?' }
    case 'subworkflow':
      return { workflowId: 'called', input: '"given"' }
    // Its time is over before anybody answers what it runs.
    case 'late':
      return { workflowId: 'waits', input: '"given"', timeoutMs: 1_000, onError: 'skip' }
    case 'map':
      return { items: '[1, 2, 3]', concurrency: 2, body: graphOf({ i: ['input'], a: ['agent', { prompt: '{{ input }}' }], o: ['output', { value: 'steps.a.output.text' }] }, 'i -> a', 'a -> o') }
  }
}

/** An agent whose tools send something, run another workflow, and are called wrongly. */
const TOOLS = {
  prompt: 'Find it after {{ memory.last }}',
  remember: [{ key: 'last', value: '"said"', expect: 'any' }],
  tools: [
    { name: 'send', parameters: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] }, run: { kind: 'http', method: 'POST', url: 'https://tools.example/{{ input.to }}' } },
    { name: 'run', parameters: { type: 'object' }, run: { kind: 'subworkflow', workflowId: 'called' } },
  ],
}

/** What the model says in the turns of such an agent. */
function turnOf(nodeId: string): Partial<ModelReply> {
  const turn = Number(/\[(\d+)\]\.model$/.exec(nodeId)?.[1])
  const call = (at: number, name: string, given: Json) => ({ id: `c${at}`, name, arguments: given })
  if (turn === 0) return { toolCalls: [call(0, 'send', { to: 'a' }), call(1, 'send', { to: 'b' }), call(2, 'nothing', {}), call(3, 'send', {})] }
  return turn === 1 ? { text: 'One more.', toolCalls: [call(0, 'run', { what: 1 }), call(1, 'send', '{"to": ')] } : { text: 'found' }
}

/** A process dies at its n-th append: `before` the store has it, or `after`, when nobody hears of it any more. */
type Death = { at: number; when: 'before' | 'after' }
const deathsUpTo = (max: number) => fc.array(fc.record({ at: fc.integer({ min: 1, max }), when: fc.constantFrom('before' as const, 'after' as const) }), { minLength: 1, maxLength: 4 })
const deaths = deathsUpTo(10)

type Hooks = { next: () => Death | undefined; died: () => void; live: (id: RunId, seq: number, state: RunState) => void }

function dyingLog({ next, died, live }: Hooks) {
  let appends = 0
  return (log: RunLog): RunLog => ({
    ...log,
    append: async (runId, facts, expectedSeq, after) => {
      const death = ++appends === next()?.at ? next() : undefined
      if (death) died()
      if (death?.when === 'before') return new Promise(() => undefined)
      const events = await log.append(runId, facts, expectedSeq, (added) => {
        const state = after(added)
        // Its steps are not for keeping (M4 of the mailbox, whose test compares those).
        live(runId, state.seq, { ...state, steps: {} })
        return state
      })
      return death ? new Promise(() => undefined) : events
    },
  })
}

const completedIn = (events: readonly RunEvent[]): string[] => events.flatMap((event) => (event.type === 'step.completed' ? [event.nodeId] : []))

/** What steps of others run. */
const CALLED = {
  called: graphOf({ i: ['input'], a: ['agent', { prompt: 'p' }], m: ['map', { items: '[1, 2]', body: graphOf({ i: ['input'], s: ['subworkflow', { workflowId: 'inner', input: 'input' }] }, 'i -> s') }] }, 'i -> a', 'a -> m'),
  inner: graphOf({ i: ['input'], b: ['agent', { prompt: 'p' }] }, 'i -> b'),
  waits: graphOf({ i: ['input'], ok: ['approval', { prompt: 'Go on?' }] }, 'i -> ok'),
}

/** Lives one run through its deaths. @returns how often it died */
async function liveThrough(graph: Graph, given: readonly Death[], answers: readonly ('approve' | 'reject')[] = []): Promise<number> {
  const left = [...given]
  const asked: string[] = []
  const told = new Map<string, string>()
  const live = new Map<string, RunState>()
  let dead = false
  let kills = 0
  let answered = 0
  const hooks: Hooks = { next: () => left[0], died: () => (dead = true), live: (id, seq, state) => live.set(`${id} ${seq}`, state) }
  const world = createWorld({
    log: (log) => dyingLog(hooks)(log),
    // Outside maps first tries fail, so that pauses between attempts are lived through, too.
    models: ({ run, messages }) => {
      asked.push(`${run.runId}/${run.nodeId}`)
      if (run.agentKey !== undefined) {
        // Whoever asks for a turn again, in whichever life, asks the same, and more in the next only at the end.
        const said = JSON.stringify(messages).slice(0, -1)
        const turn = Number(/\[(\d+)\]\.model$/.exec(run.nodeId)?.[1])
        expect(said).toBe(told.get(`${run.runId}/${run.nodeId}`) ?? said)
        if (turn > 0) expect(said.startsWith(told.get(`${run.runId}/${run.agentKey}[${turn - 1}].model`)!)).toBe(true)
        told.set(`${run.runId}/${run.nodeId}`, said)
        return turnOf(run.nodeId)
      }
      if (run.attempt === 1 && !run.nodeId.includes('[')) throw overloaded()
      return `answer of ${run.nodeId}`
    },
  })
  Object.assign(world.workflows, CALLED)
  const run = await world.begin(graph)
  const everyRun = async () => (await world.store.list({ limit: 200 })).items
  const completedAnywhere = async () => (await Promise.all((await everyRun()).map(async ({ id }) => completedIn(await world.events(id)).map((key) => `${id}/${key}`)))).flat()
  for (let turn = 0; turn < 200 && !isFinished(await world.state(run)); turn++) {
    if (dead) {
      const completed = await completedAnywhere()
      const before = asked.length
      const sentBefore = world.sent.length
      kills += 1
      dead = false
      left.shift()
      world.restart()
      // Never awaited: the next death may come while it takes the run up.
      void world.engine.start()
      await settle()
      // What the log says is completed is not asked for again.
      expect(asked.slice(before).filter((key) => completed.includes(key))).toEqual([])
      expect(world.sent.slice(sentBefore).filter(({ idempotencyKey }) => completed.includes(idempotencyKey))).toEqual([])
      continue
    }
    const [key] = (await world.state(run)).waitingFor
    const decision = answers[answered % answers.length]
    if (key === undefined || decision === undefined) {
      await world.advance(60_000)
      continue
    }
    answered += 1
    // Nor this: whoever answers a process that dies hears nothing.
    void world.engine.answer(run, key, { decision, comment: '', by: 'me' })
    await settle()
  }
  // What is left over may still be ending: a run that nobody waits for, in a process that died at its last append.
  for (let turn = 0; turn < 20 && (dead || (await everyRun()).some(({ finishedAt }) => finishedAt === undefined)); turn++) {
    if (dead) {
      dead = false
      left.shift()
      world.restart()
      void world.engine.start()
    }
    await world.advance(60_000)
  }
  const events = await world.events(run)
  expect((await world.state(run)).status).toBe('completed')
  // No run but those that steps started, each once and at its end, no step of any completed twice.
  const runs = await everyRun()
  const started = (await Promise.all(runs.map(async ({ id }) => (await world.events(id)).flatMap((event) => (event.type === 'step.started' && event.subRun ? [event.subRun.runId] : []))))).flat()
  expect([run, ...started]).toEqual(expect.arrayContaining(runs.map(({ id }) => id)))
  expect(new Set(started).size).toBe(started.length)
  expect(runs.filter(({ finishedAt }) => finishedAt === undefined)).toEqual([])
  const everything = await completedAnywhere()
  expect(new Set(everything).size).toBe(everything.length)
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1))
  const completed = completedIn(events)
  expect(new Set(completed).size).toBe(completed.length)
  // Nor is a message sent or received twice, or received before it was sent.
  const said = events.flatMap((event) => (event.type === 'message.sent' || event.type === 'message.received' ? [`${event.type} ${event.messageId}`] : []))
  expect(new Set(said).size).toBe(said.length)
  for (const [at, line] of said.entries()) if (line.startsWith('message.received')) expect(said.indexOf(line.replace('received', 'sent'))).toBeLessThan(at)
  // Each agent that is completed has written once, and the versions count on without a gap.
  const written = events.flatMap((event) => (event.type === 'memory.written' ? [event] : []))
  expect(written.map(({ version }) => version)).toEqual(written.map((_, index) => index + 1))
  const agents = graph.nodes.filter((node) => node.type === 'agent' && 'remember' in node.config).map(({ id }) => id as string)
  expect(written.map(({ nodeId }) => nodeId).sort()).toEqual(completed.filter((key) => agents.includes(key)).sort())
  // What is sent twice, for nobody could tell whether it had arrived, carries the key of the first time, and is the same.
  const effects = new Map(world.sent.map((one) => [one.idempotencyKey, one]))
  for (const one of world.sent) expect(one).toEqual(effects.get(one.idempotencyKey))
  for (const { id, config } of graph.nodes) if ('tools' in config && completed.includes(id)) expect([...effects.keys()].filter((key) => key.startsWith(`${run}/${id}[`))).toEqual([`${run}/${id}[0].send`, `${run}/${id}[0].send~2`])
  // What an engine held at a seq, in whichever of its lives, is what replay shows at it.
  for (const [place, state] of live) {
    const [id, seq] = place.split(' ') as [RunId, string]
    expect({ ...foldRun(emptyRun, (await world.events(id)).slice(0, Number(seq))), steps: {} }).toEqual(state)
  }
  expect(live.get(`${run} ${events.length}`)).toBeDefined()
  return kills
}

test('killed at any append, a run finishes, no completed step runs again, and replay shows what was live', async () => {
  let kills = 0
  await fc.assert(fc.asyncProperty(graphs('agent', 'timed', 'transform', 'condition', 'map', 'merge'), deaths, async (graph, given) => {
    kills += await liveThrough(graph, given)
  }), { numRuns: 150 })
  // The kills have to have hit runs at work, else this shows nothing.
  expect(kills).toBeGreaterThan(100)
})

test('and so does one whose steps run other workflows, whenever it dies', async () => {
  let kills = 0
  // Dies when the time of a step is over and its run at work: the next owner ends the step before it has followed the run.
  const late = graphOf({ n0: ['input'], n1: ['subworkflow', configOf('late', '')], n2: ['agent', configOf('agent', '')] }, 'n0 -> n1', 'n0 -> n2')
  await fc.assert(fc.asyncProperty(graphs('subworkflow', 'late', 'agent', 'merge', 'transform'), deathsUpTo(30), async (graph, given) => {
    kills += await liveThrough(graph, given)
  }), { numRuns: 60, examples: [10, 11, 12].map((at): [Graph, Death[]] => [late, [{ at, when: 'before' }]]) })
  expect(kills).toBeGreaterThan(60)
})

test('and so does one whose agents call tools, whenever it dies', async () => {
  let kills = 0
  await fc.assert(fc.asyncProperty(graphs('tools', 'agent', 'merge', 'transform'), deathsUpTo(30), async (graph, given) => {
    kills += await liveThrough(graph, given)
  }), { numRuns: 60 })
  expect(kills).toBeGreaterThan(60)
})

/** An agent that asks `turns` times for that many calls, and is refused an answer whenever `refusals` says so. @returns runs that it took, and kills */
async function tryAgainThrough(turns: readonly number[], refusals: ReadonlySet<number>, given: readonly Death[]): Promise<{ runs: number; kills: number }> {
  const left = [...given]
  let dead = false
  let kills = 0
  let asked = 0
  const world = createWorld({
    log: (log) => dyingLog({ next: () => left[0], died: () => (dead = true), live: () => undefined })(log),
    models: ({ messages }) => {
      if (refusals.has(asked++)) throw refused()
      const turn = messages.filter(({ role }) => role === 'assistant').length
      return turn < turns.length ? { toolCalls: Array.from({ length: turns[turn]! }, (_, at) => ({ id: `c${at}`, name: 'send', arguments: { to: `t${turn}-${at}` } })) } : 'found'
    },
  })
  // One of three has no effect, which the model reads like any other result.
  world.answers.http = ({ url }) => (url.endsWith('-2') ? Promise.reject(refused()) : Promise.resolve({ status: 200, headers: {}, body: url }))
  const graph = graphOf({ i: ['input'], ask: ['agent', { prompt: 'Find {{ input.what }}', retry: { maxAttempts: 1 }, toolConcurrency: 2, tools: TOOLS.tools }] }, 'i -> ask')
  const runs = [await world.begin(graph, { what: 'wool' })]
  for (let turn = 0; turn < 300 && (dead || (await world.state(runs.at(-1)!)).status !== 'completed'); turn++) {
    const parent = runs.at(-1)!
    const state = await world.state(parent)
    if (dead) {
      kills += 1
      dead = false
      left.shift()
      world.restart()
      void world.engine.start()
    } else if (state.status === 'failed') runs.push(await world.begin(graph, { what: 'wool' }, { taken: reusedFacts(state, parent, graph, { overrides: {}, newInput: false }) }))
    await world.advance(60_000)
  }
  const last = await world.state(runs.at(-1)!)
  expect(last.status).toBe('completed')
  // Over all runs each answer and each call came to its end once, and the last run has them all.
  const ended = (await Promise.all(runs.map((run) => world.events(run)))).flat().flatMap((event) => ((event.type === 'step.completed' || event.type === 'step.failed') && !event.reused && /\.(send|model)/.test(event.nodeId) && (event.type === 'step.completed' || event.nodeId.includes('send')) ? [event.nodeId] : []))
  const all = [...turns, 0].flatMap((calls, turn) => [`ask[${turn}].model`, ...Array.from({ length: calls }, (_, at) => `ask[${turn}].send${at === 0 ? '' : `~${at + 1}`}`)])
  expect(ended.toSorted()).toEqual(all.toSorted())
  expect(Object.keys(last.steps).filter((key) => key.startsWith('ask[')).toSorted()).toEqual(all.toSorted())
  return { runs: runs.length, kills }
}

test('an agent that failed goes on behind its last whole turn when its run is tried again, whenever it dies', async () => {
  let seen = { runs: 0, kills: 0 }
  await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }), fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 4 }), deathsUpTo(8), async (turns, refusals, given) => {
    const { runs, kills } = await tryAgainThrough(turns, new Set(refusals), given)
    seen = { runs: seen.runs + runs - 1, kills: seen.kills + kills }
  }), { numRuns: 60 })
  expect(seen.runs).toBeGreaterThan(20)
  expect(seen.kills).toBeGreaterThan(30)
})

test('and so does one that waits for people, whenever it dies', async () => {
  let kills = 0
  const answers = fc.array(fc.constantFrom('approve' as const, 'reject' as const), { minLength: 1, maxLength: 3 })
  await fc.assert(fc.asyncProperty(graphs('approval', 'approval', 'agent', 'transform', 'merge'), deaths, answers, async (graph, given, decisions) => {
    kills += await liveThrough(graph, given, decisions)
  }), { numRuns: 100 })
  expect(kills).toBeGreaterThan(50)
})

/** Lives some runs through their deaths with `total` places and the pauses of their turns, answering calls one turn after they are made. @returns kills, and runs seen waiting in line */
async function queueThrough(graphs: readonly Graph[], given: readonly Death[], total: number, pauses: readonly (Pause | null)[]): Promise<{ kills: number; waited: number }> {
  const left = [...given]
  let dead = false
  let kills = 0
  let waited = 0
  let told = 0
  const hooks: Hooks = { next: () => left[0], died: () => (dead = true), live: () => undefined }
  const world = createWorld({ log: (log) => dyingLog(hooks)(log), limits: { total, perWorkflow: Infinity, perModel: {} } })
  const runs: RunId[] = []
  for (const [index, graph] of graphs.entries()) runs.push(await world.begin(graph, {}, { workflowId: `wf_${index % 2}`, priority: index }))
  const unfinished = async () => (await Promise.all(runs.map(async (id) => ({ id, state: await world.state(id) })))).filter(({ state }) => !isFinished(state))
  let paused: Pause | null = null
  // Only a change: telling it again looks at the line again, and would hide that nobody else does.
  const pause = (next: Pause | null) => next !== paused && world.engine.setPause('wf_0', (paused = next))
  // Who died with its last append never heard that it was the last.
  for (let turn = 0; turn < 400 && (dead || (await unfinished()).length > 0); turn++) {
    if (dead) {
      kills += 1
      dead = false
      left.shift()
      told = world.calls.length
      world.restart()
      world.engine.setPause('wf_0', paused)
      void world.engine.start()
      await settle()
      continue
    }
    pause(pauses[turn] ?? null)
    waited += world.engine.line().length
    const open = world.calls.slice(told)
    told = world.calls.length
    // Whoever asks a model has a place, and no more have than there are.
    expect(new Set(open.map(({ request }) => request.run.runId)).size).toBeLessThanOrEqual(total)
    for (const call of open) call.reply('said')
    for (const { id, state } of await unfinished()) if (!dead && state.waitingFor[0] !== undefined) void world.engine.answer(id, state.waitingFor[0], { decision: 'approve', comment: '', by: 'me' }).catch(() => undefined)
    await world.advance(1_000)
  }
  expect(await unfinished()).toEqual([])
  for (const id of runs) {
    const completed = completedIn(await world.events(id))
    expect(new Set(completed).size).toBe(completed.length)
  }
  expect([world.engine.line(), world.engine.active()]).toEqual([[], 0])
  return { kills, waited }
}

test.each([1, 2])('runs in line for %i place(s) all finish through any deaths and pauses, and never more work than there are places', async (total) => {
  let seen = { kills: 0, waited: 0 }
  const several = fc.array(graphs('agent', 'approval', 'transform', 'merge', 'map'), { minLength: 3, maxLength: 5 })
  const pauses = fc.array(fc.constantFrom<(Pause | null)[]>('new', 'all', null), { maxLength: 30 })
  await fc.assert(fc.asyncProperty(several, deaths, pauses, async (graphsOfRuns, given, paused) => {
    const { kills, waited } = await queueThrough(graphsOfRuns, given, total, paused)
    seen = { kills: seen.kills + kills, waited: seen.waited + waited }
  }), { numRuns: 40 })
  expect(seen.kills).toBeGreaterThan(20)
  expect(seen.waited).toBeGreaterThan(40)
})

/** Senders and receivers beside a graph, each begun by one of its nodes; a receiver goes on without what never comes. */
function withMessages(graph: Graph, pairs: readonly { sender: number; receiver: number; ttl: boolean }[]): Graph {
  const ids = graph.nodes.map((node) => node.id)
  const added = pairs.map(({ sender, receiver, ttl }, index) => graphOf(
    {
      [`s${index}`]: ['message', { to: `r${index}`, payload: '"hello"', ...(ttl && { ttlMs: 30_000 }) }],
      [`r${index}`]: ['message', { mode: 'receive', waitMs: 600_000, onError: 'skip' }],
      [`t${index}`]: ['transform', { expression: '1 + 1' }],
    },
    `${ids[sender % ids.length]} -> s${index}`, `${ids[receiver % ids.length]} -> r${index}`, `r${index} -> t${index}`,
  ))
  return { nodes: [...graph.nodes, ...added.flatMap(({ nodes }) => nodes)], edges: [...graph.edges, ...added.flatMap(({ edges }) => edges)] }
}

test('and so does one whose steps talk to each other, whenever it dies', async () => {
  let kills = 0
  const pairs = fc.array(fc.record({ sender: fc.nat(7), receiver: fc.nat(7), ttl: fc.boolean() }), { minLength: 1, maxLength: 3 })
  await fc.assert(fc.asyncProperty(graphs('agent', 'transform', 'map', 'merge'), pairs, deaths, async (graph, links, given) => {
    kills += await liveThrough(withMessages(graph, links), given)
  }), { numRuns: 100 })
  expect(kills).toBeGreaterThan(50)
})

test('what is told of a run is what its log says', async () => {
  await fc.assert(
    fc.asyncProperty(graphs('agent', 'transform', 'condition', 'map', 'merge'), async (graph) => {
      const world = createWorld({ models: ({ run }) => `answer of ${run.nodeId}` })
      const told: RunEvent[] = []
      world.feed.subscribe(undefined, (_id, events) => void told.push(...events))
      const run = await world.begin(graph)
      await world.advance(1_000)
      // The harness queues the run itself; the rest is the engine's.
      expect(told).toEqual((await world.events(run)).slice(1))
      // Snapshots are places in it.
      const seqs = (await world.events(run)).map(({ seq }) => seq)
      expect(seqs).toEqual(expect.arrayContaining((await world.snapshots.list(run)).map(({ seq }) => seq)))
    }),
    { numRuns: 40 },
  )
})

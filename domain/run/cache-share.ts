// C1. Two prompts share what the engine lays out alike: the same function writes the prompt here, with a sign in place
//     of each value, and the engine's prefix ends where the texts with signs differ.
// C2. A sign stands for the same value only where both see it: the same expression over settled values of the same level.
// C3. Givers are agents that stand before the node, other items of its map, and earlier runs: never one beside it, whose
//     prompt may be computed at the same time.
import type { Graph, GraphNode } from '@/domain/graph/graph'
import { parseConfig, type ConfigOf } from '@/domain/graph/node-types'
import { adjacencyOf, ancestorsIn, descendantsOf } from '@/domain/graph/order'
import { eitherPaths } from '@/domain/graph/references'
import { templatePieces } from '@/domain/graph/template-pieces'
import { renderPrompt } from '@/domain/route/rendered-prompt'
import { layOutPrompt, sharedContext } from './agent-prompt'
import { bytesOf, sizeAt, type ValueSize } from './value-size'

/** How long values were in a run before. What is missing is guessed. */
export type SeenSizes = { input?: ValueSize; /** Of the shared context as it is laid out. */ sharedBytes?: number; outputs: Readonly<Record<string, ValueSize>> }

/** Who has sent the longest part of the prompt before: an agent of this run, another item of the map, or a run before. */
export type CacheGiver = { kind: 'agent'; nodeId: string; name: string } | { kind: 'items' } | { kind: 'runs' }

/** What would raise the share, with the share it would then be. */
export type CacheAdvice = { kind: 'share-context' | 'do-not-share' | 'same-tools'; share: number; with?: { nodeId: string; name: string } }

export type CacheShare = {
  /** Part of the prompt's bytes that are expected in the KV cache, 0 to 1, in whole blocks. */
  share: number
  promptBytes: number
  giver?: CacheGiver
  /** Some values were never seen: their length is a guess. */
  guessed: boolean
  advice?: CacheAdvice
}

/** Where the node stands: its graph, and around it those of the maps it lies in, outermost first, each with the map's id. */
export type CachePlace = { graph: Graph; nodeId: string; around: readonly { graph: Graph; mapId: string }[] }

type Agent = ConfigOf<'agent'>
type Prompt = { text: string; config: Agent }

/** The context in whole, as a value of its own: it is laid out over several lines. */
const SHARED = 'shared context'
const GUESSED_BYTES = 400
/** vLLM's block of 16 tokens, of English. */
const BLOCK_BYTES = 64
/** Smaller gains are not worth a word. */
const LEAST_GAIN = 0.05
/** Lists of tools of agents before that are tried in place of the node's own. */
const MAX_TRIED = 5

/** The part of an agent's prompt that is expected to be in the KV cache when it is sent. @returns undefined for what is no agent, or not finished */
export function cacheShareOf(place: CachePlace, sizes: SeenSizes): CacheShare | undefined {
  const own = agentAt(place.graph, place.nodeId)
  if (!own) return undefined
  const now = shareWith(place, sizes, own)
  const advice = adviceFor(place, sizes, own, now)
  return advice ? { ...now, advice } : now
}

function shareWith(place: CachePlace, sizes: SeenSizes, config: Agent): CacheShare {
  const signs = createSigns(sizes)
  const own = promptOf(config, scopeOf(place), signs)
  const depth = place.around.length
  let best: { bytes: number; giver?: CacheGiver } = { bytes: 0 }
  const offer = (text: string, giver: CacheGiver): void => {
    const bytes = signs.lengthOf(commonPrefix(own.text, text))
    if (bytes > best.bytes) best = { bytes, giver }
  }
  // The nearest ancestors last: of equal ones the first to have sent it is named.
  for (const level of [...place.around.map(({ graph, mapId }, at) => ({ graph, nodeId: mapId, at })), { graph: place.graph, nodeId: place.nodeId, at: depth }]) {
    const before = ancestorsIn(adjacencyOf(level.graph), level.nodeId)
    for (const node of level.graph.nodes) {
      const giver = before.has(node.id) ? agentOf(node) : undefined
      if (!giver || (giver.model ?? '') !== (config.model ?? '')) continue
      offer(promptOf(giver, scopeOf({ ...place, nodeId: node.id }, level.at), signs).text, { kind: 'agent', nodeId: node.id, name: node.name })
    }
  }
  // Of another item everything that hangs on the item differs, of another run every value.
  if (depth > 0) offer(promptOf(config, { ...scopeOf(place), item: 'another' }, signs).text, { kind: 'items' })
  offer(promptOf(config, { ...scopeOf(place), run: 'another' }, signs).text, { kind: 'runs' })
  const promptBytes = signs.lengthOf(own.text)
  const cached = Math.floor(best.bytes / BLOCK_BYTES) * BLOCK_BYTES
  return { share: promptBytes === 0 ? 0 : cached / promptBytes, promptBytes, guessed: signs.guessed(), ...(cached > 0 && best.giver && { giver: best.giver }) }
}

/** The one change that helps most. */
function adviceFor(place: CachePlace, sizes: SeenSizes, config: Agent, now: CacheShare): CacheAdvice | undefined {
  const tried = new Set([JSON.stringify(config.tools ?? [])])
  const options: CacheAdvice[] = []
  // Whoever begins with the shared context leaves it in the cache for those after it: of them none may lose it.
  if (!config.shareContext || !isLeantOn(place, config)) options.push({ kind: config.shareContext ? 'do-not-share' : 'share-context', share: shareWith(place, sizes, { ...config, shareContext: !config.shareContext }).share })
  const before = ancestorsIn(adjacencyOf(place.graph), place.nodeId)
  for (const node of place.graph.nodes) {
    const giver = before.has(node.id) ? agentOf(node) : undefined
    if (!giver || (giver.model ?? '') !== (config.model ?? '') || tried.has(JSON.stringify(giver.tools ?? [])) || tried.size > MAX_TRIED) continue
    tried.add(JSON.stringify(giver.tools ?? []))
    options.push({ kind: 'same-tools', share: shareWith(place, sizes, { ...config, tools: giver.tools }).share, with: { nodeId: node.id, name: node.name } })
  }
  const [best] = options.sort((a, b) => b.share - a.share)
  return best && best.share >= now.share + LEAST_GAIN ? best : undefined
}

/** Whether an agent behind it begins with the same context. */
function isLeantOn({ graph, nodeId }: CachePlace, config: Agent): boolean {
  const behind = descendantsOf(graph, nodeId)
  return graph.nodes.some((node) => {
    const other = behind.has(node.id) ? agentOf(node) : undefined
    return other !== undefined && other.shareContext && (other.model ?? '') === (config.model ?? '')
  })
}

type Scope = { depth: number; node: string; /** Ids on the node's own level: they hide those around it. */ inner: readonly ReadonlySet<string>[]; item?: string; run?: string }

function scopeOf({ graph, nodeId, around }: CachePlace, depth = around.length): Scope {
  return { depth, node: nodeId, inner: [...around.map((level) => level.graph), graph].slice(0, depth + 1).map(({ nodes }) => new Set(nodes.map((node) => node.id))) }
}

/** Beyond the Unicode planes that texts use: one character, one value. */
const FIRST_SIGN = 0xf0000
const LAST_SIGN = 0xffffd

function createSigns(sizes: SeenSizes) {
  const known = new Map<string, number>()
  const lengths: number[] = []
  let guessed = false

  function lengthAt(path: readonly string[], depth: number): number {
    const [root, ...rest] = path
    // Inside a map `input` is an item, of which nothing was kept.
    const seen = root === SHARED ? (depth === 0 ? sizes.sharedBytes : undefined)
      : root === 'input' && depth === 0 ? sizeAt(sizes.input, rest)
      : root === 'steps' && rest[1] === 'output' ? sizeAt(sizes.outputs[rest[0]!], rest.slice(2)) : undefined
    if (seen === undefined) guessed = true
    return seen ?? GUESSED_BYTES
  }

  return {
    guessed: () => guessed,
    sign(expression: string, paths: readonly string[][], scope: Scope, plainBytes = 0): string {
      const key = [expression, ...paths.map((path) => originOf(path, scope)), changes(expression, paths) ? `${scope.node}/${scope.item}/${scope.run}` : ''].join('\u0000')
      let at = known.get(key)
      if (at === undefined) {
        known.set(key, (at = lengths.length))
        lengths.push(paths.reduce((sum, path) => sum + lengthAt(path, scope.depth), plainBytes))
      }
      // More values than signs, in no graph that a person draws: what is left is told apart by its own text.
      return FIRST_SIGN + at <= LAST_SIGN ? String.fromCodePoint(FIRST_SIGN + at) : key
    },
    lengthOf(text: string): number {
      let bytes = 0
      let plain = ''
      for (const character of text) {
        const code = character.codePointAt(0)!
        const length = code >= FIRST_SIGN && code <= LAST_SIGN ? lengths[code - FIRST_SIGN] : undefined
        if (length === undefined) plain += character
        else bytes += length
      }
      return bytes + bytesOf(plain)
    },
  }
}

/** Where a value comes from: two agents see the same one where this is the same. */
function originOf([root = '', id = '']: readonly string[], { depth, inner, item = '', run = '' }: Scope): string {
  if (root === 'run') return `run/${run}`
  const level = root === 'steps' ? inner.findLastIndex((ids) => ids.has(id)) : depth
  // What stands around a map is the same for all its items.
  return `${root}/${level}/${level === depth && depth > 0 ? item : ''}/${run}`
}

/** Memory may be written between two agents, and a date is another one each time. */
function changes(expression: string, paths: readonly string[][]): boolean {
  return paths.some(([root]) => root === 'memory') || /['"](now|today)['"]/.test(expression)
}

function promptOf(config: Agent, scope: Scope, signs: ReturnType<typeof createSigns>): Prompt {
  const shared = config.shareContext ? sharedContext(signs.sign(SHARED, [[SHARED]], scope)) : ''
  const messages = layOutPrompt(shared, templateWithSigns(config.system ?? '', scope, signs), templateWithSigns(config.prompt, scope, signs))
  // What carries a tool out is not told to the model.
  return { text: renderPrompt({ messages, tools: config.tools?.map(({ name, description, parameters }) => ({ name, description, parameters })) }), config }
}

/** Values become signs; what follows a tag hangs on all values read after it. */
function templateWithSigns(template: string, scope: Scope, signs: ReturnType<typeof createSigns>): string {
  return templatePieces(template).map((piece) => {
    switch (piece.kind) {
      case 'text':
        return piece.text
      case 'value':
        return signs.sign(piece.expression, eitherPaths(piece.source), scope)
      case 'rest':
        return signs.sign(piece.source, eitherPaths(piece.source), scope, bytesOf(piece.source.replaceAll(/\{[{%][\s\S]*?[}%]\}/g, '')))
    }
  }).join('')
}

function agentAt(graph: Graph, id: string): Agent | undefined {
  const node = graph.nodes.find((one) => one.id === id)
  return node && agentOf(node)
}

function agentOf(node: GraphNode): Agent | undefined {
  if (node.type !== 'agent') return undefined
  const parsed = parseConfig(node)
  return !parsed.issues && parsed.node.type === 'agent' ? parsed.node.config : undefined
}

function commonPrefix(a: string, b: string): string {
  let at = 0
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1
  // Never in the middle of a sign: its second half tells values apart.
  const isHalf = at > 0 && a.charCodeAt(at - 1) >= 0xd800 && a.charCodeAt(at - 1) < 0xdc00
  return a.slice(0, isHalf ? at - 1 : at)
}

import { decode } from '@msgpack/msgpack'
import type { KvEvent } from '@/domain/route/exact-index'

/** Groups whose blocks say whether a prefix is there; a sliding window's do not. */
const KINDS = new Set(['full_attention', 'mla_attention', 'sink_full_attention'])

/** The fields in the order in which older servers send them. */
const STORED = ['block_hashes', 'parent_block_hash', 'token_ids', 'block_size', 'lora_id', 'medium', 'lora_name', 'extra_keys', 'group_idx', 'kv_cache_spec_kind']
const REMOVED = ['block_hashes', 'medium', 'group_idx']

/**
 * Reads a batch `[time, [events], rank]`, its events as maps or as arrays. Events of kinds not known are left out.
 * @throws {Error} when it is no batch
 * @see https://docs.vllm.ai/en/latest/api/vllm/distributed/kv_events.html
 */
export function decodeKvBatch(payload: Uint8Array): KvEvent[] {
  const batch: unknown = decode(payload, { useBigInt64: true })
  if (!Array.isArray(batch) || !Array.isArray(batch[1])) throw new Error('not a batch of KV events')
  return batch[1].flatMap((event: unknown) => readEvent(event) ?? [])
}

function readEvent(event: unknown): KvEvent | undefined {
  const [type, fields] = fieldsOf(event)
  if (type === 'AllBlocksCleared') return { kind: 'cleared' }
  const keys = listOf(fields['block_hashes']).map((hash) => keyOf(hash, fields['group_idx']))
  const medium = textOf(fields['medium'])
  if (type === 'BlockRemoved') return { kind: 'removed', keys, ...(medium !== undefined && { medium }) }
  const spec = textOf(fields['kv_cache_spec_kind'])
  const blockSize = Number(fields['block_size'])
  if (type !== 'BlockStored' || (spec !== undefined && !KINDS.has(spec)) || !(blockSize > 0)) return undefined
  const lora = textOf(fields['lora_name'])
  const parent = fields['parent_block_hash']
  const extra = extraOf(fields['extra_keys'], lora)
  return {
    kind: 'stored', keys, tokens: listOf(fields['token_ids']).map(Number), blockSize,
    ...(parent !== null && parent !== undefined && { parent: keyOf(parent, fields['group_idx']) }),
    ...(lora !== undefined && { lora }), ...(extra && { extra }), ...(medium !== undefined && { medium }),
  }
}

function fieldsOf(event: unknown): [type: unknown, fields: Record<string, unknown>] {
  if (Array.isArray(event)) {
    const names = event[0] === 'BlockStored' ? STORED : REMOVED
    return [event[0], Object.fromEntries(names.map((name, index) => [name, event[index + 1] as unknown]))]
  }
  if (typeof event !== 'object' || event === null) return [undefined, {}]
  return [(event as Record<string, unknown>)['type'], event as Record<string, unknown>]
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The engine's hash, opaque: an integer or bytes. */
function keyOf(hash: unknown, group: unknown): string {
  const key = hash instanceof Uint8Array ? Buffer.from(hash).toString('base64') : String(hash)
  return group === undefined || group === null || Number(group) === 0 ? key : `${String(group)}/${key}`
}

/** What a block's hash covers besides its tokens; the adapter's name is known apart. */
function extraOf(keys: unknown, lora: string | undefined): (string | undefined)[] | undefined {
  if (!Array.isArray(keys)) return undefined
  return keys.map((one: unknown) => {
    const others = listOf(one).filter((key) => key !== lora)
    if (others.length === 0) return undefined
    return others.length === 1 && typeof others[0] === 'string' ? others[0] : JSON.stringify(others, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  })
}

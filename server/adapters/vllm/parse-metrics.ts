import type { InstanceMetrics } from '@/server/ports/instance-client'

/** Each figure's names, newest first; the first that a server has is taken. Counters may lack `_total` in old ones. */
const NAMES = {
  running: ['vllm:num_requests_running'],
  waiting: ['vllm:num_requests_waiting'],
  kvUsage: ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'],
  prefixQueries: ['vllm:prefix_cache_queries_total', 'vllm:prefix_cache_queries', 'vllm:gpu_prefix_cache_queries_total', 'vllm:gpu_prefix_cache_queries'],
  prefixHits: ['vllm:prefix_cache_hits_total', 'vllm:prefix_cache_hits', 'vllm:gpu_prefix_cache_hits_total', 'vllm:gpu_prefix_cache_hits'],
  promptTokens: ['vllm:prompt_tokens_total', 'vllm:prompt_tokens'],
  generationTokens: ['vllm:generation_tokens_total', 'vllm:generation_tokens'],
} as const
const HISTOGRAMS = {
  ttft: ['vllm:time_to_first_token_seconds'],
  interToken: ['vllm:inter_token_latency_seconds', 'vllm:time_per_output_token_seconds'],
} as const

/** Its figures stand in its labels. */
const CACHE_CONFIG = 'vllm:cache_config_info'

const WANTED = new Set<string>([CACHE_CONFIG, ...Object.values(NAMES).flat(), ...Object.values(HISTOGRAMS).flatMap((names) => names.flatMap((name) => [`${name}_sum`, `${name}_count`]))])

/** Reads Prometheus text. Figures of several engines are added up, their KV use averaged; what is not a number is passed over. */
export function parseMetrics(text: string): InstanceMetrics {
  const sums = new Map<string, { sum: number; series: number }>()
  for (const line of text.split('\n')) {
    if (!line.startsWith('vllm:')) continue
    const nameEnd = line.search(/[{\s]/)
    const name = line.slice(0, nameEnd)
    if (nameEnd < 0 || !WANTED.has(name)) continue
    const labelsEnd = line[nameEnd] === '{' ? line.lastIndexOf('}') + 1 : nameEnd
    const value = name === CACHE_CONFIG ? cacheTokens(line.slice(nameEnd, labelsEnd)) : Number.parseFloat(line.slice(labelsEnd))
    if (!Number.isFinite(value) || value < 0) continue
    const known = sums.get(name) ?? { sum: 0, series: 0 }
    sums.set(name, { sum: known.sum + value, series: known.series + 1 })
  }
  const metrics: InstanceMetrics = {}
  for (const key of Object.keys(NAMES) as (keyof typeof NAMES)[]) {
    const found = firstOf(sums, NAMES[key])
    if (found) metrics[key] = key === 'kvUsage' ? Math.min(1, found.sum / found.series) : found.sum
  }
  for (const key of Object.keys(HISTOGRAMS) as (keyof typeof HISTOGRAMS)[]) {
    const total = firstOf(sums, HISTOGRAMS[key].map((name) => `${name}_sum`))
    const count = firstOf(sums, HISTOGRAMS[key].map((name) => `${name}_count`))
    if (total && count) metrics[key] = { sumSeconds: total.sum, count: count.sum }
  }
  const cache = sums.get(CACHE_CONFIG)
  if (cache) metrics.kvTokens = cache.sum
  return metrics
}

function cacheTokens(labels: string): number {
  const label = (name: string) => Number(new RegExp(`[{,]${name}="(\\d+)"`).exec(labels)?.[1])
  return label('block_size') * label('num_gpu_blocks')
}

function firstOf<T>(values: ReadonlyMap<string, T>, names: readonly string[]): T | undefined {
  for (const name of names) {
    const value = values.get(name)
    if (value !== undefined) return value
  }
  return undefined
}

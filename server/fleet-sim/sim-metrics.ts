import { BLOCK_SIZE } from './block-hash'
import type { EngineEvent } from './engine-event'
import type { SimEngine } from './sim-engine'

/**
 * What `/metrics` shows, in the names, labels and buckets of vLLM 0.32.
 * Seconds are those a client sees: simulated ones divided by the time scale.
 */
const TTFT_BUCKETS = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
]
const INTER_TOKEN_BUCKETS = [
  0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
]
const LATENCY_BUCKETS = [
  0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680,
]

export type FinishedReason = 'stop' | 'length' | 'abort' | 'error'

type Histogram = { help: string; bounds: readonly number[]; counts: number[]; sum: number; count: number }

function histogram(help: string, bounds: readonly number[]): Histogram {
  return { help, bounds, counts: bounds.map(() => 0), sum: 0, count: 0 }
}

function observe(target: Histogram, value: number): void {
  const at = target.bounds.findIndex((bound) => value <= bound)
  if (at >= 0) target.counts[at] = (target.counts[at] as number) + 1
  target.sum += value
  target.count++
}

export type SimMetrics = ReturnType<typeof createSimMetrics>

export function createSimMetrics(engine: SimEngine, model: string, timeScale: number) {
  const latencies = {
    'vllm:time_to_first_token_seconds': histogram('Histogram of time to first token in seconds.', TTFT_BUCKETS),
    'vllm:inter_token_latency_seconds': histogram('Histogram of inter-token latency in seconds.', INTER_TOKEN_BUCKETS),
    'vllm:e2e_request_latency_seconds': histogram('Histogram of e2e request latency in seconds.', LATENCY_BUCKETS),
    'vllm:request_queue_time_seconds': histogram('Histogram of time spent in WAITING phase for request.', LATENCY_BUCKETS),
    'vllm:request_prefill_time_seconds': histogram('Histogram of time spent in PREFILL phase for request.', LATENCY_BUCKETS),
    'vllm:request_decode_time_seconds': histogram('Histogram of time spent in DECODE phase for request.', LATENCY_BUCKETS),
  }
  const finished: Record<FinishedReason, number> = { stop: 0, length: 0, abort: 0, error: 0 }
  const seconds = (simulated: number): number => simulated / timeScale

  function onEvent(event: EngineEvent): void {
    const { times } = event
    if (event.kind === 'token') {
      if (event.previousAt === undefined) observe(latencies['vllm:time_to_first_token_seconds'], seconds(event.at - times.arrivedAt))
      else observe(latencies['vllm:inter_token_latency_seconds'], seconds(event.at - event.previousAt))
      return
    }
    observe(latencies['vllm:e2e_request_latency_seconds'], seconds(event.at - times.arrivedAt))
    observe(latencies['vllm:request_queue_time_seconds'], seconds(times.scheduledAt - times.arrivedAt))
    if (event.outputTokens === 0) return
    observe(latencies['vllm:request_prefill_time_seconds'], seconds(times.firstTokenAt - times.scheduledAt))
    observe(latencies['vllm:request_decode_time_seconds'], seconds(times.lastTokenAt - times.firstTokenAt))
  }

  function render(): string {
    const labels = `engine="0",model_name="${labelValue(model)}"`
    const { cache, config, totals } = engine
    const lines: string[] = []
    const one = (kind: 'gauge' | 'counter', name: string, help: string, value: number, extra = ''): void => {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, `${name}{${labels}${extra}} ${figure(value)}`)
    }
    one('gauge', 'vllm:num_requests_running', 'Number of requests in model execution batches.', engine.runningCount)
    one('gauge', 'vllm:num_requests_waiting', 'Number of requests waiting to be processed.', engine.waitingCount)
    one('gauge', 'vllm:kv_cache_usage_perc', 'KV-cache usage. 1 means 100 percent usage.', cache.usage)
    one('gauge', 'vllm:cache_config_info', 'Information of the LLMEngine CacheConfig', 1, cacheLabels())
    one('counter', 'vllm:prefix_cache_queries_total', 'Prefix cache queries, in terms of number of queried tokens.', totals.queriedTokens)
    one('counter', 'vllm:prefix_cache_hits_total', 'Prefix cache hits, in terms of number of cached tokens.', totals.hitTokens)
    one('counter', 'vllm:prompt_tokens_total', 'Number of prefill tokens processed.', totals.promptTokens)
    one('counter', 'vllm:generation_tokens_total', 'Number of generation tokens processed.', totals.generationTokens)
    one('counter', 'vllm:num_preemptions_total', 'Cumulative number of preemption from the engine.', totals.preemptions)
    const success = 'vllm:request_success_total'
    lines.push(`# HELP ${success} Count of successfully processed requests.`, `# TYPE ${success} counter`)
    for (const [reason, count] of Object.entries(finished)) {
      lines.push(`${success}{${labels},finished_reason="${reason}"} ${figure(count)}`)
    }
    for (const [name, values] of Object.entries(latencies)) lines.push(...histogramLines(name, values, labels))
    return lines.join('\n') + '\n'

    function cacheLabels(): string {
      const info = {
        block_size: BLOCK_SIZE,
        cache_dtype: 'auto',
        enable_prefix_caching: config.prefixCaching ? 'True' : 'False',
        gpu_memory_utilization: 0.9,
        num_gpu_blocks: cache.blocks,
      }
      return Object.entries(info).map(([key, value]) => `,${key}="${value}"`).join('')
    }
  }

  return {
    onEvent,
    render,
    countFinished(reason: FinishedReason): void {
      finished[reason]++
    },
  }
}

function histogramLines(name: string, values: Histogram, labels: string): string[] {
  const lines = [`# HELP ${name} ${values.help}`, `# TYPE ${name} histogram`]
  let below = 0
  values.bounds.forEach((bound, i) => {
    below += values.counts[i] as number
    lines.push(`${name}_bucket{${labels},le="${figure(bound)}"} ${figure(below)}`)
  })
  lines.push(`${name}_bucket{${labels},le="+Inf"} ${figure(values.count)}`)
  lines.push(`${name}_count{${labels}} ${figure(values.count)}`, `${name}_sum{${labels}} ${figure(values.sum)}`)
  return lines
}

/** Python's client writes floats: 3 is `3.0`. */
function figure(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

function labelValue(text: string): string {
  return text.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}

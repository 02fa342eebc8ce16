import { expect, it } from 'vitest'
import { parseMetrics } from './parse-metrics'

it('reads the names of current servers', () => {
  const text = `# HELP vllm:num_requests_running x
vllm:num_requests_running{engine="0",model_name="a b}c"} 3.0
vllm:num_requests_waiting{engine="0"} 2.0
vllm:kv_cache_usage_perc{engine="0"} 0.25
vllm:prefix_cache_queries_total{engine="0"} 1e+03
vllm:prefix_cache_hits_total{engine="0"} 400.0
vllm:prompt_tokens_total{engine="0"} 1200.0
vllm:generation_tokens_total{engine="0"} 90
vllm:time_to_first_token_seconds_bucket{le="0.1"} 1
vllm:time_to_first_token_seconds_sum{engine="0"} 1.5
vllm:time_to_first_token_seconds_count{engine="0"} 10.0
vllm:inter_token_latency_seconds_sum{engine="0"} 2
vllm:inter_token_latency_seconds_count{engine="0"} 100
`
  expect(parseMetrics(text)).toEqual({
    running: 3, waiting: 2, kvUsage: 0.25, prefixQueries: 1000, prefixHits: 400, promptTokens: 1200, generationTokens: 90,
    ttft: { sumSeconds: 1.5, count: 10 }, interToken: { sumSeconds: 2, count: 100 },
  })
})

it('reads the older names, and adds up engines', () => {
  const text = `vllm:num_requests_running{engine="0"} 3
vllm:num_requests_running{engine="1"} 4
vllm:gpu_cache_usage_perc{engine="0"} 0.2
vllm:gpu_cache_usage_perc{engine="1"} 0.4
vllm:gpu_prefix_cache_queries_total 10
vllm:gpu_prefix_cache_hits_total 5
vllm:time_per_output_token_seconds_sum 1
vllm:time_per_output_token_seconds_count 50`
  const metrics = parseMetrics(text)
  expect(metrics).toMatchObject({ running: 7, prefixQueries: 10, prefixHits: 5, interToken: { sumSeconds: 1, count: 50 } })
  expect(metrics.kvUsage).toBeCloseTo(0.3)
})

it.each([['nothing', ''], ['HTML', '<html>vllm:</html>'], ['NaN', 'vllm:num_requests_running NaN\nvllm:kv_cache_usage_perc{'], ['no value', 'vllm:num_requests_running{a="b"}']])('passes over %s', (_name, text) => {
  expect(parseMetrics(text)).toEqual({})
})

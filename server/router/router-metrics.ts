import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** A registry of its own: two routers in one process do not clash. */
export function createRouterMetrics() {
  const registry = new Registry()
  const registers = [registry]
  const decisions = new Counter({ name: 'heddle_router_decisions_total', help: 'Requests sent to an instance, by why it was chosen.', labelNames: ['vllm_instance', 'policy', 'reason'], registers })
  const failovers = new Counter({ name: 'heddle_router_failovers_total', help: 'Attempts given up before the first byte, by fault.', labelNames: ['vllm_instance', 'fault'], registers })
  const refusals = new Counter({ name: 'heddle_router_refusals_total', help: 'Requests that the router answered itself, by code.', labelNames: ['code'], registers })
  const inFlight = new Gauge({ name: 'heddle_router_in_flight', help: 'Requests open at an instance.', labelNames: ['vllm_instance'], registers })
  const waiting = new Gauge({ name: 'heddle_router_waiting', help: 'Requests that wait in the router for a place.', registers })
  const up = new Gauge({ name: 'heddle_router_instance_up', help: '1 when the instance is healthy.', labelNames: ['vllm_instance'], registers })
  const duration = new Histogram({
    name: 'heddle_router_request_duration_seconds', help: 'From arrival to the last byte, by how it ended.', labelNames: ['end'], registers,
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 640],
  })
  const firstByte = new Histogram({
    name: 'heddle_router_first_byte_seconds', help: 'From arrival to the first byte of the answer.', registers,
    buckets: [0.001, 0.005, 0.01, 0.02, 0.04, 0.08, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80],
  })
  const tokens = new Counter({ name: 'heddle_router_tokens_total', help: 'Tokens as engines reported them in answers; cached_expected: as the router had expected.', labelNames: ['vllm_instance', 'kind'], registers })
  const decisionTime = new Histogram({ name: 'heddle_router_decision_seconds', help: 'Time a look at what waits takes.', registers, buckets: [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.02] })
  const queueTime = new Histogram({ name: 'heddle_router_queue_seconds', help: 'From arrival to the sending, in the router.', registers, buckets: [0.001, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300] })
  const queueWait = new Histogram({ name: 'heddle_router_queue_wait_seconds', help: 'Wait of calls that did not find a place at once: what came, and what had been foretold when they began to wait.', labelNames: ['kind'], registers, buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] })
  const queueWaitError = new Histogram({ name: 'heddle_router_queue_wait_error_seconds', help: 'How far the foretold wait in the router was from what came.', registers, buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] })
  const queueWaitCorrection = new Gauge({ name: 'heddle_router_queue_wait_correction_ratio', help: 'Times by which calls were seen to wait longer than if they went in turn, by the order in which they go: of runs that have a home, of no run, the first of a run.', labelNames: ['rank'], registers })
  const firstToken = new Histogram({ name: 'heddle_router_instance_first_token_seconds', help: 'From sending to the first byte of a stream: what came, and what the cost model had foretold.', labelNames: ['kind'], registers, buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80] })
  const firstTokenError = new Histogram({ name: 'heddle_router_first_token_error_seconds', help: 'How far what was foretold was from what came.', registers, buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] })
  const firstTokenCorrection = new Gauge({ name: 'heddle_router_first_token_correction_ratio', help: 'Times by which first tokens of the instance were seen to come later than the rates of the fleet foretell.', labelNames: ['vllm_instance'], registers })
  const slowness = new Gauge({ name: 'heddle_router_instance_slowness', help: 'Time a token takes at the instance against the median instance.', labelNames: ['vllm_instance'], registers })
  const breaker = new Gauge({ name: 'heddle_router_breaker_open', help: '1 while the circuit breaker is open, 0.5 while one call at a time tries the instance.', labelNames: ['vllm_instance'], registers })
  const warmUps = new Counter({ name: 'heddle_router_warm_ups_total', help: 'Prefixes that runs asked to have computed ahead, by what became of it. They are no requests and count in none of their figures.', labelNames: ['vllm_instance', 'outcome'], registers })
  const warmUpTokens = new Counter({ name: 'heddle_router_warm_up_tokens_total', help: 'Prompt tokens of warm-ups as engines reported them: computed, or cached already.', labelNames: ['vllm_instance', 'kind'], registers })
  const limited = new Counter({ name: 'heddle_router_rate_limited_total', help: 'Requests refused because a limit was used up: of a model or of an API key (name: the line of the settings that says so, * for all without one), in requests or in tokens.', labelNames: ['of', 'name', 'kind'], registers })
  const limitLeft = new Gauge({ name: 'heddle_router_rate_limit_left', help: 'What a model or an API key with a line of its own in the settings may still have now; below zero: owed.', labelNames: ['of', 'name', 'kind'], registers })
  const batchCalls = new Counter({ name: 'heddle_router_batch_calls_total', help: 'Calls of batches, by what became of them after all tries. Each try is a request of its own in the other figures.', labelNames: ['outcome'], registers })
  return { batchCalls, limited, limitLeft, warmUps, warmUpTokens, decisionTime, queueTime, firstToken, firstTokenError, firstTokenCorrection, queueWait, queueWaitError, queueWaitCorrection, slowness, breaker, decisions, failovers, refusals, inFlight, waiting, up, duration, firstByte, tokens, text: () => registry.metrics() }
}

export type RouterMetrics = ReturnType<typeof createRouterMetrics>

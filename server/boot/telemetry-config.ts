import { z } from 'zod'
import type { TelemetryOptions } from '@/server/adapters/otel/create-telemetry'

const SAMPLERS = ['always_on', 'always_off', 'traceidratio', 'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const
const count = z.coerce.number('must be a number').int('must be a whole number').min(1, 'must be 1 or more')
const exporter = z.enum(['otlp', 'none'], 'must be otlp or none: nothing else is spoken here').default('otlp')
const protocol = z.literal('http/protobuf', 'must be http/protobuf: nothing else is spoken here').optional()
const flag = z.string().transform((text) => text.trim().toLowerCase() === 'true')

/**
 * The standard variables, as far as they are ours to heed; the exporters read the others (headers, timeouts, compression, certificates).
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export const TelemetryEnvironment = z.object({
  OTEL_SDK_DISABLED: flag.optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url('must be the address of a collector, such as http://127.0.0.1:4318').optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url('must be an address, such as http://127.0.0.1:4318/v1/traces').optional(),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: z.url('must be an address, such as http://127.0.0.1:4318/v1/metrics').optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol, OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: protocol,
  OTEL_TRACES_EXPORTER: exporter, OTEL_METRICS_EXPORTER: exporter,
  OTEL_TRACES_SAMPLER: z.enum(SAMPLERS, `must be one of ${SAMPLERS.join(', ')}`).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number('must be a number').min(0, 'must be between 0 and 1').max(1, 'must be between 0 and 1').default(1),
  OTEL_BSP_SCHEDULE_DELAY: count.default(5_000), OTEL_BSP_EXPORT_TIMEOUT: count.default(30_000), OTEL_BSP_MAX_QUEUE_SIZE: count.default(2_048), OTEL_BSP_MAX_EXPORT_BATCH_SIZE: count.default(512),
  OTEL_METRIC_EXPORT_INTERVAL: count.default(60_000),
  OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: count.optional(), OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: count.optional(),
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: flag.optional(),
})

/** @returns undefined: nobody collects, and nothing is loaded */
export function telemetryOptions(env: z.infer<typeof TelemetryEnvironment>): TelemetryOptions | undefined {
  const all = env.OTEL_EXPORTER_OTLP_ENDPOINT
  const traces = env.OTEL_TRACES_EXPORTER === 'otlp' && (env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? all) !== undefined
  const metrics = env.OTEL_METRICS_EXPORTER === 'otlp' && (env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT ?? all) !== undefined
  if (env.OTEL_SDK_DISABLED === true || (!traces && !metrics)) return undefined
  return {
    traces, metrics, sampler: samplerOf(env), parentBased: env.OTEL_TRACES_SAMPLER.startsWith('parentbased'), content: env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT === true, metricIntervalMs: env.OTEL_METRIC_EXPORT_INTERVAL,
    attributeLength: env.OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT ?? env.OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT,
    batch: { maxQueueSize: env.OTEL_BSP_MAX_QUEUE_SIZE, maxExportBatchSize: Math.min(env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE, env.OTEL_BSP_MAX_QUEUE_SIZE), scheduledDelayMillis: env.OTEL_BSP_SCHEDULE_DELAY, exportTimeoutMillis: env.OTEL_BSP_EXPORT_TIMEOUT },
  }
}

/** For what nobody called, or where the caller is not asked. */
function samplerOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio }: z.infer<typeof TelemetryEnvironment>): TelemetryOptions['sampler'] {
  if (name.endsWith('traceidratio')) return { kind: 'ratio', ratio }
  return name.endsWith('always_off') ? { kind: 'off' } : { kind: 'on' }
}

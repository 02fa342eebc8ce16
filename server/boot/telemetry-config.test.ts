import { expect, test } from 'vitest'
import { readConfig } from './config'

const read = (env: Record<string, string>) => readConfig(env, '/root').telemetry
const to = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }

test('nothing is told unless somebody collects', () => {
  expect(read({})).toBeUndefined()
  expect(read({ OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER: 'always_on' })).toBeUndefined()
  expect(read({ ...to, OTEL_SDK_DISABLED: 'true' })).toBeUndefined()
  expect(read({ ...to, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' })).toBeUndefined()
})

test('the standard variables say what', () => {
  expect(read(to)).toMatchObject({ traces: true, metrics: true, content: false, sampler: { kind: 'on' }, metricIntervalMs: 60_000, batch: { maxQueueSize: 2_048, maxExportBatchSize: 512 } })
  expect(read({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/v1/traces' })).toMatchObject({ traces: true, metrics: false })
  expect(read({ ...to, OTEL_METRICS_EXPORTER: 'none' })).toMatchObject({ traces: true, metrics: false })
  expect(read({ ...to, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' })).toMatchObject({ sampler: { kind: 'ratio', ratio: 0.25 }, parentBased: true })
  expect(read({ ...to, OTEL_TRACES_SAMPLER: 'always_off' })).toMatchObject({ sampler: { kind: 'off' } })
  expect(read({ ...to, OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' })).toMatchObject({ content: true })
  expect(read({ ...to, OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '100', OTEL_BSP_MAX_QUEUE_SIZE: '64' })).toMatchObject({ attributeLength: 100, batch: { maxQueueSize: 64, maxExportBatchSize: 64 } })
})

test.each([
  [{ ...to, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'http/protobuf'], [{ ...to, OTEL_TRACES_EXPORTER: 'zipkin' }, 'otlp or none'], [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }, 'address of a collector'], [{ ...to, OTEL_TRACES_SAMPLER: 'jaeger_remote' }, 'one of'], [{ ...to, OTEL_TRACES_SAMPLER_ARG: '2' }, 'between 0 and 1'],
])('%o is refused at start', (env, why) => expect(() => read(env)).toThrow(why))

/**
 * Traces and metrics by OTLP. Loaded only where somebody collects them: what is off costs nothing.
 * T1. A run is exported when it has been counted, whole and once; nothing of it is kept before.
 * T2. A collector that is down or slow delays no run: what does not fit its line is dropped, and said.
 */
import { randomBytes } from 'node:crypto'
import { diag, DiagLogLevel, ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags, type Context, type Meter } from '@opentelemetry/api'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { AlwaysOffSampler, AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider, SamplingDecision, type Sampler } from '@opentelemetry/sdk-trace'
import { ATTR_ERROR_TYPE, ATTR_SERVER_ADDRESS, ATTR_SERVER_PORT, ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions'
import {
  ATTR_GEN_AI_OPERATION_NAME, ATTR_GEN_AI_PROVIDER_NAME, ATTR_GEN_AI_REQUEST_MODEL, ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK, ATTR_GEN_AI_TOKEN_TYPE, ATTR_GEN_AI_USAGE_INPUT_TOKENS, ATTR_GEN_AI_USAGE_OUTPUT_TOKENS, ATTR_GEN_AI_WORKFLOW_NAME,
  GEN_AI_OPERATION_NAME_VALUE_CHAT, GEN_AI_TOKEN_TYPE_VALUE_INPUT, GEN_AI_TOKEN_TYPE_VALUE_OUTPUT, METRIC_GEN_AI_CLIENT_OPERATION_DURATION, METRIC_GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK, METRIC_GEN_AI_CLIENT_TOKEN_USAGE,
} from '@opentelemetry/semantic-conventions/incubating'
import type { EpochMs } from '@/domain/json'
import { compileGraph } from '@/domain/run/run-graph'
import type { RunState } from '@/domain/run/run-state'
import type { TraceParent } from '@/domain/run/trace-parent'
import type { CallTracer } from '@/server/ports/call-tracer'
import type { Logger } from '@/server/ports/log-store'
import type { RunLog, RunSummary } from '@/server/ports/run-log'
import { traceOfRun, traceparentOf, type TraceContext } from '@/server/ports/trace-context'
import { spanOfBatch, spanOfCall, spansOfRun, type PlannedSpan } from './run-spans'

/** What the standard variables ask for. Where to, with which headers and limits of time, the exporters read by themselves. */
export type TelemetryOptions = {
  traces: boolean
  metrics: boolean
  sampler: { kind: 'on' } | { kind: 'off' } | { kind: 'ratio'; ratio: number }
  /** Whether a run whose caller named a span is told where that one is, and else not. */
  parentBased: boolean
  /** Whether texts of prompts and answers are told. */
  content: boolean
  batch: { maxQueueSize: number; maxExportBatchSize: number; scheduledDelayMillis: number; exportTimeoutMillis: number }
  metricIntervalMs: number
  attributeLength: number | undefined
}

export type Telemetry = TraceContext & { /** Undefined: calls of programs outside are not told of. */ calls: CallTracer | undefined; tell(runs: readonly { summary: RunSummary; run: RunState }[]): void; close(): Promise<void> }

/** A run that ended longer ago is history from before there was a collector. */
const FRESH_MS = 10 * 60_000
/** Spans handed on before the line is emptied: a long run has more than fit. */
const AT_ONCE = 1_000

type Deps = { options: TelemetryOptions; version: string; log: Pick<RunLog, 'loadGraph'>; logger: Logger; now: () => EpochMs }

export function createTelemetry({ options, version, log, logger, now }: Deps): Telemetry {
  sayFaults(logger)
  const resource = defaultResource().merge(resourceFromAttributes({ [ATTR_SERVICE_NAME]: 'heddle', [ATTR_SERVICE_VERSION]: version })).merge(detectResources({ detectors: [envDetector] }))
  const sampler = samplerOf(options)
  const ids = { traceId: '', spanId: '' }
  const processor = options.traces ? new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), ...options.batch }) : undefined
  const tracers = processor && new TracerProvider({
    resource, sampler, spanProcessors: [processor], idGenerator: { generateTraceId: () => ids.traceId, generateSpanId: () => ids.spanId },
    ...(options.attributeLength !== undefined && { spanLimits: { attributeValueLengthLimit: options.attributeLength } }),
  })
  const meters = options.metrics ? new MeterProvider({ resource, readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(), exportIntervalMillis: options.metricIntervalMs })] }) : undefined
  const instruments = meters && instrumentsOf(meters.getMeter('heddle', version))
  const tracer = tracers?.getTracer('heddle', version)
  let telling: Promise<void> = Promise.resolve()

  async function tellRun(summary: RunSummary, run: RunState): Promise<void> {
    const graph = await log.loadGraph(run.graphHash)
    if (!graph) return
    const spans = spansOfRun(summary, run, compileGraph(graph), options.content)
    if (instruments) record(instruments, spans)
    if (!tracer || !isSampled(sampler, summary.id, run.trace)) return
    const contexts = new Map<string, Context>()
    const outside = outsideOf(run.trace)
    for (const [index, span] of spans.entries()) {
      Object.assign(ids, { traceId: traceOfRun(summary.id, run.trace), spanId: span.id })
      const parent = (span.parentId === undefined ? undefined : contexts.get(span.parentId)) ?? outside
      const begun = tracer.startSpan(span.name, { kind: span.kind, startTime: span.from, attributes: span.attributes, links: span.links.map((link) => ({ context: { ...link, traceFlags: 1 } })) }, parent)
      if (span.error) begun.setStatus({ code: SpanStatusCode.ERROR, ...(options.content && { message: span.error.message }) })
      begun.end(span.to)
      contexts.set(span.id, trace.setSpan(ROOT_CONTEXT, begun))
      if ((index + 1) % AT_ONCE === 0) await processor?.forceFlush().catch(() => undefined)
    }
  }

  /** A span of somebody outside: begun before what it stands around, told of when that is over. */
  function beginOutside(caller: TraceParent | undefined): { traceparent: string; spanId: string; end(span: PlannedSpan): void } {
    const own = { traceId: caller?.traceId ?? randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') }
    const outside = outsideOf(caller)
    const sampled = tracer !== undefined && sampler.shouldSample(outside, own.traceId, '', 0, {}, []).decision === SamplingDecision.RECORD_AND_SAMPLED
    return {
      traceparent: `00-${own.traceId}-${own.spanId}-${sampled ? '01' : '00'}`, spanId: own.spanId,
      end(span) {
        if (!sampled) return
        Object.assign(ids, own)
        const begun = tracer.startSpan(span.name, { kind: span.kind, startTime: span.from, attributes: span.attributes }, outside)
        if (span.attributes[ATTR_ERROR_TYPE] !== undefined) begun.setStatus({ code: SpanStatusCode.ERROR })
        begun.end(span.to)
      },
    }
  }

  const calls: CallTracer = {
    begin(caller) {
      const { traceparent, spanId, end } = beginOutside(caller)
      return {
        traceparent,
        end(call) {
          const span = spanOfCall(spanId, caller?.spanId ?? '', call)
          if (instruments) recordCall(instruments, span)
          end(span)
        },
      }
    },
    beginBatch(caller) {
      const { traceparent, spanId, end } = beginOutside(caller)
      return { traceparent, end: (batch) => end(spanOfBatch(spanId, caller?.spanId ?? '', batch)) }
    },
  }

  return {
    calls,
    traceparent: (of) => traceparentOf(of, options.traces && isSampled(sampler, of.runId, of.trace)),
    tell(runs) {
      for (const { summary, run } of runs) {
        if ((summary.finishedAt ?? 0) < now() - FRESH_MS) continue
        telling = telling.then(() => tellRun(summary, run)).catch((error: unknown) => say(logger, `Could not tell of run ${summary.id}: ${String(error)}`))
      }
    },
    /** Sends what is left, as far as the collector takes it. */
    async close() {
      await telling
      const ends = await Promise.allSettled([tracers?.shutdown(), meters?.shutdown()])
      for (const end of ends) if (end.status === 'rejected') say(logger, `The last of it was not taken: ${String(end.reason)}`)
      diag.disable()
    },
  }
}

function samplerOf({ sampler, parentBased }: TelemetryOptions): Sampler {
  const root = rootSamplerOf(sampler)
  return parentBased ? new ParentBasedSampler({ root }) : root
}

function rootSamplerOf(sampler: TelemetryOptions['sampler']): Sampler {
  if (sampler.kind === 'ratio') return new TraceIdRatioBasedSampler(sampler.ratio)
  return sampler.kind === 'on' ? new AlwaysOnSampler() : new AlwaysOffSampler()
}

/** By the trace's id, and by what its caller says of it: what a call was told when it was made is what becomes of the run. */
function isSampled(sampler: Sampler, runId: string, joined: TraceParent | undefined): boolean {
  return sampler.shouldSample(outsideOf(joined), traceOfRun(runId, joined), '', 0, {}, []).decision === SamplingDecision.RECORD_AND_SAMPLED
}

/** What stands around a run. */
function outsideOf(joined: TraceParent | undefined): Context {
  return joined ? trace.setSpanContext(ROOT_CONTEXT, { traceId: joined.traceId, spanId: joined.spanId, traceFlags: joined.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true }) : ROOT_CONTEXT
}

function say(logger: Logger, message: string): void {
  logger({ level: 'WARNING', component: 'telemetry', category: 'system', message })
}

function sayFaults(logger: Logger): void {
  const tell = (message: string, ...more: unknown[]): void => say(logger, [message, ...more].map(String).join(' ').slice(0, 500))
  diag.setLogger({ error: tell, warn: tell, info: () => undefined, debug: () => undefined, verbose: () => undefined }, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
}

/** Bounds as the conventions advise. */
const DURATION_BOUNDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
const TOKEN_BOUNDS = [1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864]

function instrumentsOf(meter: Meter) {
  const seconds = { unit: 's', advice: { explicitBucketBoundaries: DURATION_BOUNDS } }
  return {
    call: meter.createHistogram(METRIC_GEN_AI_CLIENT_OPERATION_DURATION, { ...seconds, description: 'GenAI operation duration.' }),
    firstChunk: meter.createHistogram(METRIC_GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK, { ...seconds, description: 'Time to the first chunk of a streamed answer.' }),
    tokens: meter.createHistogram(METRIC_GEN_AI_CLIENT_TOKEN_USAGE, { unit: '{token}', description: 'Number of input and output tokens used.', advice: { explicitBucketBoundaries: TOKEN_BOUNDS } }),
    run: meter.createHistogram('heddle.run.duration', { unit: 's', description: 'From the making of a run to its end.', advice: { explicitBucketBoundaries: [...DURATION_BOUNDS, 300, 900, 3_600] } }),
  }
}

type Instruments = ReturnType<typeof instrumentsOf>

function record(instruments: Instruments, spans: readonly PlannedSpan[]): void {
  for (const span of spans) {
    if (span.parentId === undefined) instruments.run.record((span.to - span.from) / 1_000, picked(span.attributes, [ATTR_GEN_AI_WORKFLOW_NAME, 'heddle.run.status', ATTR_ERROR_TYPE]))
    if (span.attributes[ATTR_GEN_AI_OPERATION_NAME] === GEN_AI_OPERATION_NAME_VALUE_CHAT) recordCall(instruments, span)
  }
}

function recordCall({ call, firstChunk, tokens }: Instruments, { attributes, from, to }: PlannedSpan): void {
  const labels = picked(attributes, [ATTR_GEN_AI_OPERATION_NAME, ATTR_GEN_AI_PROVIDER_NAME, ATTR_GEN_AI_REQUEST_MODEL, ATTR_SERVER_ADDRESS, ATTR_SERVER_PORT, ATTR_ERROR_TYPE])
  call.record((to - from) / 1_000, labels)
  const [first, input, output] = [ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK, ATTR_GEN_AI_USAGE_INPUT_TOKENS, ATTR_GEN_AI_USAGE_OUTPUT_TOKENS].map((name) => attributes[name])
  if (typeof first === 'number') firstChunk.record(first, labels)
  if (typeof input === 'number') tokens.record(input, { ...labels, [ATTR_GEN_AI_TOKEN_TYPE]: GEN_AI_TOKEN_TYPE_VALUE_INPUT })
  if (typeof output === 'number') tokens.record(output, { ...labels, [ATTR_GEN_AI_TOKEN_TYPE]: GEN_AI_TOKEN_TYPE_VALUE_OUTPUT })
}

function picked(attributes: PlannedSpan['attributes'], names: readonly string[]): PlannedSpan['attributes'] {
  return Object.fromEntries(names.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]]])))
}

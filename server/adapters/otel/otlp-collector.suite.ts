/**
 * A collector that is stricter than a real one: it decodes OTLP/HTTP protobuf by the published field numbers, refuses what
 * it does not know, and says what breaks the rules of the data model.
 * @see https://github.com/open-telemetry/opentelemetry-proto
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

type Kind = 'string' | 'bytes' | 'uint' | 'fixed64' | 'fixed32' | 'sfixed64' | 'double' | 'bool' | 'int' | 'doubles' | 'fixed64s' | Schema
type Schema = { readonly [field: number]: readonly [name: string, kind: Kind | (() => Schema), repeated?: true] }

const AnyValue: Schema = { 1: ['string', 'string'], 2: ['bool', 'bool'], 3: ['int', 'int'], 4: ['double', 'double'], 5: ['array', () => ({ 1: ['values', () => AnyValue, true] })] }
const KeyValue: Schema = { 1: ['key', 'string'], 2: ['value', AnyValue] }
const Resource: Schema = { 1: ['attributes', KeyValue, true], 2: ['dropped', 'uint'] }
const Scope: Schema = { 1: ['name', 'string'], 2: ['version', 'string'], 3: ['attributes', KeyValue, true], 4: ['dropped', 'uint'] }
const SpanMessage: Schema = {
  1: ['traceId', 'bytes'], 2: ['spanId', 'bytes'], 3: ['traceState', 'string'], 4: ['parentSpanId', 'bytes'], 5: ['name', 'string'], 6: ['kind', 'uint'], 7: ['start', 'fixed64'], 8: ['end', 'fixed64'],
  9: ['attributes', KeyValue, true], 10: ['droppedAttributes', 'uint'], 11: ['events', { 1: ['time', 'fixed64'], 2: ['name', 'string'], 3: ['attributes', KeyValue, true], 4: ['dropped', 'uint'] }, true], 12: ['droppedEvents', 'uint'],
  13: ['links', { 1: ['traceId', 'bytes'], 2: ['spanId', 'bytes'], 3: ['traceState', 'string'], 4: ['attributes', KeyValue, true], 5: ['dropped', 'uint'], 6: ['flags', 'fixed32'] }, true], 14: ['droppedLinks', 'uint'],
  15: ['status', { 2: ['message', 'string'], 3: ['code', 'uint'] }], 16: ['flags', 'fixed32'],
}
const TraceRequest: Schema = { 1: ['resourceSpans', { 1: ['resource', Resource], 2: ['scopeSpans', { 1: ['scope', Scope], 2: ['spans', SpanMessage, true], 3: ['schemaUrl', 'string'] }, true], 3: ['schemaUrl', 'string'] }, true] }
const HistogramPoint: Schema = { 9: ['attributes', KeyValue, true], 2: ['start', 'fixed64'], 3: ['time', 'fixed64'], 4: ['count', 'fixed64'], 5: ['sum', 'double'], 6: ['bucketCounts', 'fixed64s'], 7: ['bounds', 'doubles'], 10: ['flags', 'uint'], 11: ['min', 'double'], 12: ['max', 'double'] }
const Metric: Schema = { 1: ['name', 'string'], 2: ['description', 'string'], 3: ['unit', 'string'], 9: ['histogram', { 1: ['points', HistogramPoint, true], 2: ['temporality', 'uint'] }] }
const MetricRequest: Schema = { 1: ['resourceMetrics', { 1: ['resource', Resource], 2: ['scopeMetrics', { 1: ['scope', Scope], 2: ['metrics', Metric, true], 3: ['schemaUrl', 'string'] }, true], 3: ['schemaUrl', 'string'] }, true] }

/* eslint-disable @typescript-eslint/no-explicit-any -- a decoded message is what its schema says; the types of a whole protocol would say no more here */
type Message = Record<string, any>

/** @throws Error on anything that the schema does not know */
function decode(bytes: Uint8Array, schema: Schema): Message {
  const message: Message = {}
  let at = 0
  const varint = (): bigint => {
    for (let [value, shift] = [0n, 0n]; ; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined || shift > 63n) throw new Error('A number breaks off')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
  }
  const take = (length: number): DataView => {
    if (at + length > bytes.length) throw new Error('A field breaks off')
    at += length
    return new DataView(bytes.buffer, bytes.byteOffset + at - length, length)
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const field = schema[tag >> 3]
    if (!field) throw new Error(`There is no field ${tag >> 3} in ${JSON.stringify(Object.values(schema).map(([name]) => name))}`)
    const [name, given, repeated] = field
    const kind = typeof given === 'function' ? given() : given
    const wanted = typeof kind === 'object' || ['string', 'bytes', 'doubles', 'fixed64s'].includes(kind) ? 2 : ['fixed64', 'sfixed64', 'double'].includes(kind) ? 1 : kind === 'fixed32' ? 5 : 0
    if ((tag & 7) !== wanted) throw new Error(`${name} has wire type ${tag & 7}, not ${wanted}`)
    const value = valueOf(kind, wanted, varint, take)
    if (!repeated && name in message) throw new Error(`${name} is there twice`)
    if (repeated) (message[name] ??= []).push(value)
    else message[name] = value
  }
  return message
}

function valueOf(kind: Kind, wire: number, varint: () => bigint, take: (length: number) => DataView): unknown {
  if (wire === 0) return kind === 'bool' ? varint() !== 0n : kind === 'int' ? Number(BigInt.asIntN(64, varint())) : Number(varint())
  if (wire === 1) return kind === 'double' ? take(8).getFloat64(0, true) : take(8).getBigUint64(0, true)
  if (wire === 5) return take(4).getUint32(0, true)
  const view = take(Number(varint()))
  const inner = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  if (typeof kind === 'object') return decode(inner, kind)
  if (kind === 'string') return new TextDecoder('utf-8', { fatal: true }).decode(inner)
  if (kind === 'bytes') return Buffer.from(inner).toString('hex')
  if (view.byteLength % 8 !== 0) throw new Error('A packed list breaks off')
  return Array.from({ length: view.byteLength / 8 }, (_, index) => (kind === 'doubles' ? view.getFloat64(index * 8, true) : Number(view.getBigUint64(index * 8, true))))
}

export type CollectedSpan = { traceId: string; spanId: string; parentSpanId: string | undefined; name: string; kind: number; startMs: number; endMs: number; attributes: Record<string, unknown>; status: { code: number; message: string }; links: { traceId: string; spanId: string }[]; resource: Record<string, unknown> }
export type CollectedMetric = { name: string; unit: string; points: { attributes: Record<string, unknown>; count: number; sum: number; bounds: number[]; bucketCounts: number[] }[] }

function attributesOf(list: Message[] = [], object: (what: string) => void): Record<string, unknown> {
  const entries = list.map(({ key, value }) => [key ?? '', Object.values((value ?? {}) as Message)[0]] as const)
  if (new Set(entries.map(([key]) => key)).size < entries.length) object('an attribute is there twice')
  if (entries.some(([key]) => key === '')) object('an attribute has no name')
  if (entries.some(([, value]) => value === undefined)) object('an attribute has no value')
  return Object.fromEntries(entries)
}

function spanOf(span: Message, resource: Record<string, unknown>, object: (what: string) => void): CollectedSpan {
  const say = (what: string): void => object(`${String(span.name)}: ${what}`)
  const isId = (id: unknown, digits: number): boolean => typeof id === 'string' && id.length === digits && /[1-9a-f]/.test(id)
  if (!isId(span.traceId, 32)) say('no trace id')
  if (!isId(span.spanId, 16)) say('no span id')
  if (span.parentSpanId !== undefined && span.parentSpanId !== '' && !isId(span.parentSpanId, 16)) say('a parent id that is none')
  if (!span.name) say('no name')
  if (!(span.kind >= 1 && span.kind <= 5)) say(`kind ${String(span.kind)}`)
  if (!(span.start > 0n && span.end >= span.start)) say('it ends before it begins')
  for (const link of span.links ?? []) if (!isId(link.traceId, 32) || !isId(link.spanId, 16)) say('a link to nowhere')
  return {
    traceId: span.traceId, spanId: span.spanId, parentSpanId: span.parentSpanId || undefined, name: span.name, kind: span.kind, startMs: Number(span.start / 1_000_000n), endMs: Number(span.end / 1_000_000n),
    attributes: attributesOf(span.attributes, say), status: { code: span.status?.code ?? 0, message: span.status?.message ?? '' }, links: span.links ?? [], resource,
  }
}

function metricOf({ name, unit, histogram }: Message, object: (what: string) => void): CollectedMetric {
  const say = (what: string): void => object(`${String(name)}: ${what}`)
  if (!/^[a-z][a-z0-9_.]*$/.test(name ?? '')) say('not a name')
  if (!unit) say('no unit')
  if (![1, 2].includes(histogram?.temporality)) say('no temporality')
  const points = (histogram?.points ?? []).map((point: Message) => {
    const counts: number[] = point.bucketCounts ?? []
    const bounds: number[] = point.bounds ?? []
    if (counts.length !== bounds.length + 1) say('buckets and bounds do not fit')
    if (bounds.some((bound, index) => index > 0 && bound <= bounds[index - 1]!)) say('bounds do not grow')
    if (counts.reduce((sum, one) => sum + one, 0) !== Number(point.count)) say('buckets do not add up')
    if (!(point.time >= point.start)) say('it ends before it begins')
    return { attributes: attributesOf(point.attributes, say), count: Number(point.count), sum: point.sum, bounds, bucketCounts: counts }
  })
  return { name, unit, points }
}

/** Listens on a port of its own. `faults`: everything that a strict reader objects to. */
export async function startCollector() {
  const spans: CollectedSpan[] = []
  const metrics: CollectedMetric[] = []
  const faults: string[] = []
  const headers: Record<string, unknown>[] = []
  let answer = 200
  const object = (what: string): void => void faults.push(what)
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      headers.push(request.headers)
      if (answer === 200) {
        try {
          if (request.headers['content-type'] !== 'application/x-protobuf') object(`content-type ${String(request.headers['content-type'])}`)
          const raw = Buffer.concat(chunks)
          take(request.url ?? '', request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw)
        } catch (error) {
          object(String(error))
        }
      }
      response.writeHead(answer, { 'content-type': 'application/x-protobuf' }).end()
    })
  })
  function take(path: string, bytes: Uint8Array): void {
    const isTrace = path.endsWith('/v1/traces')
    if (!isTrace && !path.endsWith('/v1/metrics')) return object(`posted to ${path}`)
    const request = decode(bytes, isTrace ? TraceRequest : MetricRequest)
    for (const part of (isTrace ? request.resourceSpans : request.resourceMetrics) as Message[]) {
      const resource = attributesOf(part.resource?.attributes, object)
      if (!resource['service.name']) object('a resource without service.name')
      for (const scope of (isTrace ? part.scopeSpans : part.scopeMetrics) as Message[]) {
        if (!scope.scope?.name) object('a scope without a name')
        if (isTrace) spans.push(...(scope.spans as Message[]).map((span) => spanOf(span, resource, object)))
        else metrics.push(...(scope.metrics as Message[]).map((metric) => metricOf(metric, object)))
      }
    }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, metrics, faults, headers,
    refuse: (status: number) => void (answer = status),
    close: () => new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}

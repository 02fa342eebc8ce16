import { z } from 'zod'
import { RunId } from '@/domain/run/run-event'

/** The live connection's own path on the one port. */
export const LIVE_PATH = '/live'
/** At most one frame per topic in this time. */
export const FRAME_MS = 50

const plain = ['runs', 'fleet', 'metrics', 'logs', 'alerts'] as const
export const Topic = z.union([z.enum(plain), z.string().regex(/^workflow:[A-Za-z0-9_-]{1,64}$/), z.string().startsWith('run:').refine((topic) => RunId.safeParse(topic.slice(4)).success, 'run:<run id>')])
export type Topic = z.infer<typeof Topic>

/** Client → server. `after`: the last seq (of a run), revision (of a workflow's draft) or line id (of `logs`) the client has. */
export const Subscribe = z.strictObject({ topic: Topic, after: z.int().min(0).optional(), /** Of a run: values beyond 64 KiB come as references, as by `?outputs=reference`. */ outputs: z.enum(['whole', 'reference']).optional() })
export const Unsubscribe = z.strictObject({ topic: Topic })

/**
 * Server → client: `frame`. `run:{id}` carries run event lines, `runs` run summaries, `fleet` one fleet view, `metrics` samples as they are rolled, `logs` log lines,
 * `alerts` one list of all that is not well, `workflow:{id}` the newest revision of the draft as `seq`: what was done is asked by HTTP.
 * `reload {topic}` instead: the client was too slow or too far behind, and reads the log again.
 */
export type Frame = { topic: string; events: unknown[] }

import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '@/domain/error'
import { likest } from '@/domain/likest'
import { CallLimits, readRates } from '@/domain/rate/call-limits'
import { readTokenPrices } from '@/domain/metric/token-price'
import { NO_BOUNDS, type RetentionPolicy } from '@/domain/retention/retention-policy'
import { readPolicyChoice } from '@/domain/route/policies'
import { PYTHON_CHOICES } from '@/server/adapters/python/create-python-runner'
import { LEVELS } from '@/server/ports/log-store'
import { readFleetSource } from './fleet-sources'
import { TelemetryEnvironment, telemetryOptions } from './telemetry-config'

/** What the environment asks for cannot be done. The server does not start. */
export class ConfigInvalid extends AppError {
  readonly code = 'CONFIG_INVALID'
  readonly hint = 'See docs/configuration.md.'
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1'])
const ROLES = ['web', 'router', 'engine'] as const

const FleetEntry = z.string().transform((text, context) => {
  const source = readFleetSource(text)
  if (source) return source
  context.addIssue({ code: 'custom', message: `cannot use "${text}": must list base URLs of vLLM servers, such as http://10.0.0.5:8000, or dns+http://NAME:PORT, file:PATH, k8s://NAMESPACE/SERVICE:PORT` })
  return z.NEVER
})
const RouterUrl = z.url({ protocol: /^https?$/, error: 'must list base URLs of processes with the role router, such as http://127.0.0.1:3000' })
const bound = z.coerce.number('must be a number').int('must be a whole number').min(1, 'must be 1 or more').max(1_000_000_000).optional()
const list = (text: string): string[] => text.split(',').map((part) => part.trim()).filter((part) => part !== '')
const Limit = z.coerce.number('must be a number').int('must be a whole number').min(1, 'must be at least 1')
const ModelLimits = z.string().transform(list).pipe(z.array(z.string().regex(/^[^=]+=[1-9]\d*$/, 'must be model=number pairs, such as qwen3-32b=8')))
  .transform((pairs) => Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), Number(pair.slice(pair.indexOf('=') + 1))])))
const Rates = z.string().default('').transform((text, context) => {
  const rates = readRates(text)
  if (typeof rates !== 'string') return rates
  context.addIssue({ code: 'custom', message: rates })
  return z.NEVER
})

/** The variables of the contract, then our own. An empty value counts as unset. */
const Environment = TelemetryEnvironment.extend({
  PORT: z.coerce.number('must be a number').int('must be a whole number').min(0, 'must be 0 to 65535').max(65_535, 'must be 0 to 65535').default(3000),
  HOST: z.string().default('127.0.0.1').refine((host) => LOOPBACK.has(host), 'must be a loopback address: there is no sign-in yet, so Heddle does not listen where others can reach it. Put a proxy with sign-in in front of it'),
  HEDDLE_DATA_DIR: z.string().optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be the address of a PostgreSQL database, such as postgres://heddle:secret@10.0.0.4:5432/heddle' }).optional(),
  REDIS_URL: z.never('is not used: processes talk to each other through PostgreSQL. Unset it').optional(),
  HEDDLE_FLEET: z.string().transform(list).pipe(z.array(FleetEntry).min(1)).optional(),
  HEDDLE_ROLES: z.string().default('all').transform((text) => (text === 'all' ? [...ROLES] : list(text)))
    .refine((roles) => roles.length > 0 && roles.every((role) => (ROLES as readonly string[]).includes(role)), 'must be all, or some of web,router,engine')
    .refine((roles) => roles.includes('web') === roles.includes('router'), 'must name web and router together: pages and /v1 are served by one process'),
  /** Where an engine sends its model calls, instead of placing them itself: processes with the role router, the preferred one first. */
  HEDDLE_ROUTER: z.string().transform(list).pipe(z.array(RouterUrl).min(1)).optional(),
  HEDDLE_ENV: z.enum(['development', 'test', 'staging', 'production']).default('production'),
  /** Sent to every instance as a bearer token: what vLLM was started with as --api-key. */
  HEDDLE_FLEET_API_KEY: z.string().optional(),
  /** Private hosts that HTTP nodes may call: `host` or `host:port`, comma-separated. */
  HEDDLE_EGRESS_ALLOW: z.string().default('').transform(list),
  /** Names, besides the loopback ones, under which a browser may reach this server. */
  HEDDLE_PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be the address under which people reach these pages, such as https://heddle.example' }).optional(),
  HEDDLE_ALLOWED_HOSTS: z.string().default('').transform(list),
  /** How model calls are placed: a policy for all models, then others for one each, `flow,llama-70b=least-requests`. */
  HEDDLE_POLICY: z.string().default('flow').transform((text, context) => {
    const choice = readPolicyChoice(text)
    if (typeof choice !== 'string') return choice
    context.addIssue({ code: 'custom', message: choice })
    return z.NEVER
  }),
  /** Other names of models, `gpt-4o=llama-70b`, comma-separated. */
  HEDDLE_MODEL_ALIASES: z.string().default('').transform(list).pipe(z.array(z.string().regex(/^[^=]+=[^=]+$/, 'must be pairs such as gpt-4o=llama-70b')))
    .transform((pairs) => new Map(pairs.map((pair) => pair.split('=', 2).map((part) => part.trim()) as [string, string]))),
  /** `on` where every server runs with `--scheduling-policy priority`; others refuse the field. */
  HEDDLE_VLLM_PRIORITY: z.enum(['on', 'off']).default('off'),
  /** `on`: while a step of a run works on no model, the prompt of the next agent is computed ahead where nothing else is to be done. */
  HEDDLE_WARM_UP: z.enum(['on', 'off']).default('off'),
  /** Where instances publish KV events, and where to ask again: ports of their hosts, or `+1000,+2000` above their own. */
  HEDDLE_KV_EVENTS: z.string().regex(/^\+?\d{1,5}(,\+?\d{1,5})?$/, 'must be a port or two, such as 5557,5558 or +1000,+2000').optional(),
  /** Runs at work at once, those of one workflow, and those that ask a model. The others wait in line. */
  HEDDLE_MAX_RUNS: Limit.default(64),
  HEDDLE_MAX_RUNS_PER_WORKFLOW: Limit.optional(),
  HEDDLE_MAX_RUNS_PER_MODEL: ModelLimits.optional(),
  /** Requests and tokens a minute that the router takes of a model, and from an API key, until somebody sets them on the settings page. */
  HEDDLE_MODEL_RATES: Rates, HEDDLE_KEY_RATES: Rates,
  /** What tokens cost, by model. */
  HEDDLE_TOKEN_PRICES: z.string().default('').transform((text, context) => {
    const prices = readTokenPrices(text)
    if (typeof prices !== 'string') return prices
    context.addIssue({ code: 'custom', message: prices })
    return z.NEVER
  }),
  HEDDLE_LOG_LEVEL: z.enum(LEVELS).default('INFO'),
  /** Whether Python steps run: never, behind a seat belt (own process, limits) where there is no sandbox, or only in a sandbox. */
  HEDDLE_PYTHON: z.enum(PYTHON_CHOICES).default('sandbox'),
  /** Folder of a virtual environment whose packages Python steps may import. */
  HEDDLE_PYTHON_ENV: z.string().optional(),
  /** Whether steps may open pages, and with which Chromium; unset, one in a usual place. */
  HEDDLE_BROWSER: z.enum(['on', 'off']).default('on'),
  HEDDLE_CHROMIUM: z.string().optional(),
  /** What is kept until somebody sets it on the settings page: days, and how many of the newest. Unset: everything. */
  HEDDLE_KEEP_RUN_DAYS: bound, HEDDLE_KEEP_RUNS: bound, HEDDLE_KEEP_LOG_DAYS: bound, HEDDLE_KEEP_LOG_LINES: bound, HEDDLE_KEEP_RUN_MB: bound, HEDDLE_KEEP_LOG_MB: bound,
  /** How much faster than real hardware the simulated fleet runs. */
  HEDDLE_SIM_TIME_SCALE: z.coerce.number('must be a number').min(0.01).max(10_000).default(1),
})

export type Config = ReturnType<typeof readConfig>

/** Of tests and benches, of compose files, and what Kubernetes sets for a service that is called heddle. */
const OF_OTHERS = /^HEDDLE_(TEST|BENCH|E2E|KILLS|SHOTS|DATABASE_PASSWORD|SERVICE|PORT)(_|$)/

/** Variables that look like ours and are none: mistyped, or of another version. @returns a sentence for each */
export function strayNames(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.keys(Environment.shape)
  return Object.keys(env).filter((name) => name.startsWith('HEDDLE_') && !known.includes(name) && !OF_OTHERS.test(name)).map((name) => `${name} is not known and changes nothing. Is ${likest(name, known, 1)[0] ?? 'another'} meant?`)
}

/**
 * Reads and checks the whole environment at start.
 * @throws {ConfigInvalid} naming every variable at fault
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, root: string) {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = Environment.safeParse(given)
  if (!parsed.success) {
    throw new ConfigInvalid(parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`).join('\n'))
  }
  const { data } = parsed
  const roles = new Set(data.HEDDLE_ROLES)
  if (roles.size < ROLES.length && data.DATABASE_URL === undefined) throw new ConfigInvalid('HEDDLE_ROLES must be all without DATABASE_URL: only processes that share a PostgreSQL database can share the work')
  if (data.HEDDLE_ROUTER !== undefined && roles.has('router')) throw new ConfigInvalid('HEDDLE_ROUTER is for a process that only works on runs, HEDDLE_ROLES=engine: this one routes by itself')
  const callLimits = CallLimits.safeParse({ models: data.HEDDLE_MODEL_RATES, keys: data.HEDDLE_KEY_RATES })
  if (!callLimits.success) throw new ConfigInvalid(`HEDDLE_KEY_RATES: a name ${callLimits.error.issues[0]?.message ?? 'is wrong'}`)
  return {
    port: data.PORT,
    host: data.HOST,
    dataDir: data.HEDDLE_DATA_DIR ?? join(root, '.heddle'),
    databaseUrl: data.DATABASE_URL,
    /** Of this process: pages, API and /v1; work on runs. */
    serves: roles.has('web'),
    works: roles.has('engine'),
    fleet: data.HEDDLE_FLEET,
    routers: data.HEDDLE_ROUTER,
    fleetApiKey: data.HEDDLE_FLEET_API_KEY,
    environment: data.HEDDLE_ENV,
    egressAllow: data.HEDDLE_EGRESS_ALLOW,
    publicUrl: data.HEDDLE_PUBLIC_URL,
    allowedHosts: data.HEDDLE_ALLOWED_HOSTS,
    policy: data.HEDDLE_POLICY,
    modelAliases: data.HEDDLE_MODEL_ALIASES,
    tellPriority: data.HEDDLE_VLLM_PRIORITY === 'on',
    warmUp: data.HEDDLE_WARM_UP === 'on',
    /** Of the cluster that this process runs in, where it does. */
    kubernetesApi: env.KUBERNETES_SERVICE_HOST === undefined ? undefined : `https://${env.KUBERNETES_SERVICE_HOST}:${env.KUBERNETES_SERVICE_PORT ?? '443'}`,
    kvEvents: data.HEDDLE_KV_EVENTS?.split(','),
    limits: { total: data.HEDDLE_MAX_RUNS, perWorkflow: data.HEDDLE_MAX_RUNS_PER_WORKFLOW ?? Infinity, perModel: data.HEDDLE_MAX_RUNS_PER_MODEL ?? {} },
    logLevel: data.HEDDLE_LOG_LEVEL,
    python: data.HEDDLE_PYTHON,
    pythonEnvironment: data.HEDDLE_PYTHON_ENV,
    browser: data.HEDDLE_BROWSER === 'on',
    chromium: data.HEDDLE_CHROMIUM,
    retention: retentionOf(data),
    callLimits: callLimits.data,
    tokenPrices: data.HEDDLE_TOKEN_PRICES,
    telemetry: telemetryOptions(data),
    simTimeScale: data.HEDDLE_SIM_TIME_SCALE,
    /** Pages are compiled on demand. Set by `npm run dev` alone. */
    dev: env.NODE_ENV === 'development',
  }
}

/** On as soon as one bound is named. */
function retentionOf({ HEDDLE_KEEP_RUN_DAYS: runDays, HEDDLE_KEEP_RUNS: runs, HEDDLE_KEEP_LOG_DAYS: logDays, HEDDLE_KEEP_LOG_LINES: lines, HEDDLE_KEEP_RUN_MB: runMb, HEDDLE_KEEP_LOG_MB: logMb }: z.infer<typeof Environment>): RetentionPolicy {
  return {
    on: [runDays, runs, runMb, logDays, lines, logMb].some((one) => one !== undefined),
    runs: { maxAgeDays: runDays ?? null, maxCount: runs ?? null, maxMegabytes: runMb ?? null },
    logs: { maxAgeDays: logDays ?? null, maxCount: lines ?? null, maxMegabytes: logMb ?? null },
    samples: NO_BOUNDS,
  }
}

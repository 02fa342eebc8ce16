import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '@/domain/error'
import { LEVELS } from '@/server/ports/log-store'

/** What the environment asks for cannot be done. The server does not start. */
export class ConfigInvalid extends AppError {
  readonly code = 'CONFIG_INVALID'
  readonly hint = 'See “Configuration” in the README.'
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1'])
const ROLES = ['web', 'router', 'engine'] as const

const Url = z.url({ protocol: /^https?$/, error: 'must be the base URL of a vLLM server, such as http://10.0.0.5:8000' })
const list = (text: string): string[] => text.split(',').map((part) => part.trim()).filter((part) => part !== '')

/** The variables of the contract, then our own. An empty value counts as unset. */
const Environment = z.object({
  PORT: z.coerce.number('must be a number').int().min(0).max(65_535).default(3000),
  HOST: z.string().default('127.0.0.1').refine((host) => LOOPBACK.has(host), 'must be a loopback address: there is no sign-in yet, so Heddle does not listen where others can reach it. Put a proxy with sign-in in front of it'),
  HEDDLE_DATA_DIR: z.string().optional(),
  DATABASE_URL: z.never('is not supported yet: unset it, and Heddle keeps its embedded store in HEDDLE_DATA_DIR').optional(),
  REDIS_URL: z.never('is not supported yet: unset it').optional(),
  HEDDLE_FLEET: z.string().transform(list).pipe(z.array(Url).min(1)).optional(),
  HEDDLE_ROLES: z.string().default('all').transform((text) => (text === 'all' ? [...ROLES] : list(text)))
    .refine((roles) => ROLES.every((role) => roles.includes(role)) && roles.length === ROLES.length, 'must be all (or web,router,engine): one process does everything for now'),
  HEDDLE_ENV: z.enum(['development', 'test', 'staging', 'production']).default('production'),
  /** Sent to every instance as a bearer token: what vLLM was started with as --api-key. */
  HEDDLE_FLEET_API_KEY: z.string().optional(),
  /** Private hosts that HTTP nodes may call: `host` or `host:port`, comma-separated. */
  HEDDLE_EGRESS_ALLOW: z.string().default('').transform(list),
  /** Names, besides the loopback ones, under which a browser may reach this server. */
  HEDDLE_ALLOWED_HOSTS: z.string().default('').transform(list),
  /** How model calls are placed: `flow` holds runs together and holds calls back, `prefix` sends each at once. */
  HEDDLE_POLICY: z.enum(['flow', 'prefix']).default('flow'),
  HEDDLE_LOG_LEVEL: z.enum(LEVELS).default('INFO'),
  /** How much faster than real hardware the simulated fleet runs. */
  HEDDLE_SIM_TIME_SCALE: z.coerce.number('must be a number').min(0.01).max(10_000).default(1),
})

export type Config = ReturnType<typeof readConfig>

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
  return {
    port: data.PORT,
    host: data.HOST,
    dataDir: data.HEDDLE_DATA_DIR ?? join(root, '.heddle'),
    fleet: data.HEDDLE_FLEET,
    fleetApiKey: data.HEDDLE_FLEET_API_KEY,
    environment: data.HEDDLE_ENV,
    egressAllow: data.HEDDLE_EGRESS_ALLOW,
    allowedHosts: data.HEDDLE_ALLOWED_HOSTS,
    policy: data.HEDDLE_POLICY,
    logLevel: data.HEDDLE_LOG_LEVEL,
    simTimeScale: data.HEDDLE_SIM_TIME_SCALE,
    /** Pages are compiled on demand. Set by `npm run dev` alone. */
    dev: env.NODE_ENV === 'development',
  }
}

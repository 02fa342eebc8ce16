import { parseArgs } from 'node:util'
import type { FleetOptions } from './sim-fleet'

export type SimFlags = FleetOptions & { exitWithParent: boolean }

export const USAGE = `Simulated vLLM servers. Nothing here is a real model: see server/fleet-sim/README.md.

  --instances N               how many servers (3)
  --port BASE                 port of the first, the others follow; 0 takes free ones; P,Q,R names each (8001)
  --host ADDRESS              (127.0.0.1)
  --model NAME                (heddle-sim-8b)
  --lora NAME                 a LoRA adapter of the model, listed beside it; may be repeated
  --seed N                    (1)
  --time-scale F              4 runs four times faster than the model of the hardware (1)
  --max-model-len N           context length in tokens (32768)
  --kv-tokens N               tokens that fit the KV cache (200000)
  --max-num-seqs N            (256)
  --max-num-batched-tokens N  (2048)
  --scheduling-policy P       fcfs or priority (fcfs)
  --fail-rate F               share of requests that fail, 0 to 1 (0; 1 when only --fail-after-tokens is given)
  --fail-after-tokens N       failing requests fail after N tokens instead of at once
  --slow I:FACTOR             makes instance I (from 0) slower by FACTOR; may be repeated
  --kv-events FORM            publish KV cache events, map or array, 1000 above each port; asked again 2000 above
  --exit-with-parent          ends when the parent process does
`

const text = { type: 'string' } as const

/** @throws {Error} with a sentence for the person who typed it */
export function parseSimFlags(args: readonly string[]): SimFlags | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      instances: text, port: text, host: text, model: text, seed: text, 'time-scale': text, 'max-model-len': text,
      'kv-tokens': text, 'max-num-seqs': text, 'max-num-batched-tokens': text, 'scheduling-policy': text,
      'fail-rate': text, 'fail-after-tokens': text, slow: { type: 'string', multiple: true }, lora: { type: 'string', multiple: true }, 'kv-events': text,
      'exit-with-parent': { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return 'help'
  type Name = Exclude<keyof typeof values, 'slow' | 'lora' | 'kv-events' | 'exit-with-parent' | 'help'>
  const number = (name: Name, otherwise: number, least: number, most = Infinity, whole = true): number => {
    const raw = values[name]
    const value = raw === undefined ? otherwise : Number(raw)
    if (Number.isFinite(value) && value >= least && value <= most && (!whole || Number.isInteger(value))) return value
    throw new Error(`--${name} must be ${whole ? 'a whole number' : 'a number'} from ${least}${most < Infinity ? ` to ${most}` : ''}, not "${raw}"`)
  }
  const policy = values['scheduling-policy'] ?? 'fcfs'
  if (policy !== 'fcfs' && policy !== 'priority') throw new Error(`--scheduling-policy must be fcfs or priority, not "${policy}"`)
  const kvEvents = values['kv-events']
  if (kvEvents !== undefined && kvEvents !== 'map' && kvEvents !== 'array') throw new Error(`--kv-events must be map or array, not "${kvEvents}"`)
  const failsLate = values['fail-after-tokens'] !== undefined
  return {
    instances: number('instances', 3, 1, 256),
    port: values.port?.includes(',') ? values.port.split(',').map(parsePort) : number('port', 8001, 0, 65_535),
    host: values.host ?? '127.0.0.1',
    model: values.model ?? 'heddle-sim-8b',
    loras: values.lora ?? [],
    seed: number('seed', 1, 0),
    timeScale: number('time-scale', 1, 0.01, 10_000, false),
    maxModelLen: number('max-model-len', 32_768, 16),
    engine: {
      kvTokens: number('kv-tokens', 200_000, 256),
      maxSeqs: number('max-num-seqs', 256, 1),
      maxBatchedTokens: number('max-num-batched-tokens', 2_048, 1),
      policy,
    },
    failRate: number('fail-rate', failsLate ? 1 : 0, 0, 1, false),
    failAfterTokens: failsLate ? number('fail-after-tokens', 1, 1) : undefined,
    slow: new Map((values.slow ?? []).map(parseSlow)),
    kvEvents,
    exitWithParent: values['exit-with-parent'] ?? false,
  }
}

function parsePort(raw: string): number {
  const port = Number(raw)
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return port
  throw new Error(`--port must be a port or several, such as 8001,8005,8009, not "${raw}"`)
}

function parseSlow(raw: string): [instance: number, factor: number] {
  const match = /^(\d+):(\d+(?:\.\d+)?)$/.exec(raw)
  if (!match || Number(match[2]) <= 0) throw new Error(`--slow must look like 1:3 (instance 1 three times slower), not "${raw}"`)
  return [Number(match[1]), Number(match[2])]
}

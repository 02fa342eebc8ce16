/** Runs as a fleet sees them: stages of calls, each call a text of tokens. What is expected of a run is what its graph and history tell, never what it will do. */
export type CallSpec = { prompt: Text; output: Text; expectedOutput: number }
/** Pieces with a length in tokens each. Their tokens are written out only where they are read: those of thousands of runs would fill the memory. */
export type Text = readonly { readonly id: number; readonly length: number }[]
export type Stage = { calls: CallSpec[]; /** Before the stage, in ms: a tool that runs. */ pauseMs: number; expectedRemaining: number }
/** `stage` builds the next one, which may depend on nothing but what was drawn at the start. */
export type RunSpec = { kind: string; stages: Stage[]; plain: boolean }
export type Workload = { name: string; draw: (dice: Dice) => RunSpec }
/** What is drawn depends on nothing but what was drawn before with the same dice. `fresh`: a text that no other has. */
export type Dice = { random: () => number; fresh: (length: number) => Text }

export function lengthOf(text: Text): number {
  return text.reduce((sum, piece) => sum + piece.length, 0)
}

/** Token ids that only this text has; the same text gives the same ids. `said`: pieces that a model wrote, and in which tokens. */
export function tokensOf(text: Text, said?: ReadonlyMap<number, readonly number[]>): number[] {
  const tokens = new Array<number>(lengthOf(text))
  let at = 0
  for (const { id, length } of text) {
    const written = said?.get(id)
    for (let index = 0; index < length; index++) tokens[at++] = written?.[index] ?? id * 65_536 + (index % 65_536)
  }
  return tokens
}

/** Around `mean`, never under a quarter nor over three times of it. */
function around(random: () => number, mean: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.round(Math.min(3 * mean, Math.max(mean / 4, mean * Math.exp(0.35 * normal))))
}

const between = (random: () => number, low: number, high: number): number => Math.floor(low + random() * (high - low + 1))

/** Each agent reads the run's context and what was said so far. */
function pipeline({ random, fresh }: Dice, contextFirst: boolean, scale = 1): RunSpec {
  const context = fresh(around(random, 9_000 * scale))
  let said: Text = []
  const stages = Array.from({ length: 4 }, (_, stage): Stage => {
    const role = [{ id: stage + 1, length: 300 }]
    const own = fresh(120)
    const output = fresh(around(random, 220))
    const prompt = contextFirst ? [...context, ...said, ...role, ...own] : [...role, ...context, ...said, ...own]
    said = [...said, ...output]
    return { calls: [{ prompt, output, expectedOutput: 220 }], pauseMs: 0, expectedRemaining: (3 - stage) * 640 }
  })
  return { kind: 'pipeline', stages, plain: false }
}

function fanOut({ random, fresh }: Dice, scale = 1): RunSpec {
  const context = fresh(around(random, 6_000 * scale))
  const plan = fresh(around(random, 300))
  const width = between(random, 4, 32)
  const parts = Array.from({ length: width }, (): CallSpec => ({ prompt: [...context, ...plan, ...fresh(200)], output: fresh(around(random, 200)), expectedOutput: 200 }))
  const reduce = [...context, ...parts.flatMap((part) => part.output), ...fresh(100)]
  return {
    kind: 'fan-out', plain: false,
    stages: [
      { calls: [{ prompt: [...context, ...fresh(100)], output: plan, expectedOutput: 300 }], pauseMs: 0, expectedRemaining: 18 * 400 + 4_500 },
      { calls: parts, pauseMs: 0, expectedRemaining: 200 * width + 500 },
      { calls: [{ prompt: reduce, output: fresh(around(random, 400)), expectedOutput: 400 }], pauseMs: 0, expectedRemaining: 0 },
    ],
  }
}

function toolLoop({ random, fresh }: Dice, scale = 1): RunSpec {
  let read = fresh(around(random, 7_000 * scale))
  const turns = between(random, 6, 12)
  const stages = Array.from({ length: turns }, (_, turn): Stage => {
    const output = fresh(around(random, 130))
    const stage: Stage = { calls: [{ prompt: read, output, expectedOutput: 130 }], pauseMs: turn === 0 ? 0 : 300 + random() * 3_000, expectedRemaining: Math.max(0, 9 - turn) * 530 }
    read = [...read, ...output, ...fresh(around(random, 400))]
    return stage
  })
  return { kind: 'tool loop', stages, plain: false }
}

function chat({ random, fresh }: Dice): RunSpec {
  return { kind: 'chat', plain: true, stages: [{ calls: [{ prompt: [{ id: 9, length: 200 }, ...fresh(around(random, 600))], output: fresh(around(random, 180)), expectedOutput: 180 }], pauseMs: 0, expectedRemaining: 0 }] }
}

/** Every fifth arrival is a plain chat call. */
const withChat = (draw: Workload['draw']): Workload['draw'] => (dice) => (dice.random() < 0.2 ? chat(dice) : draw(dice))
const tail = (random: () => number): number => Math.min(6, 0.4 / Math.pow(1 - random(), 0.7))

export const workloads: readonly Workload[] = [
  { name: 'pipeline, role first', draw: withChat((dice) => pipeline(dice, false)) },
  { name: 'pipeline, context first', draw: withChat((dice) => pipeline(dice, true)) },
  { name: 'fan-out', draw: withChat((dice) => fanOut(dice)) },
  { name: 'tool loop', draw: withChat((dice) => toolLoop(dice)) },
  { name: 'mix', draw: withChat((dice) => [() => pipeline(dice, true), () => fanOut(dice), () => toolLoop(dice)][between(dice.random, 0, 2)]!()) },
  { name: 'heavy tail', draw: withChat((dice) => { const scale = tail(dice.random); return [() => pipeline(dice, true, scale), () => fanOut(dice, scale), () => toolLoop(dice, scale)][between(dice.random, 0, 2)]!() }) },
]

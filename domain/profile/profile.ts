/** What a profile says, whatever recorded it: what each function took, in ms of CPU or bytes allocated. `own`: what it took itself. `place` is empty for what has no source, such as the garbage collector. */
export type RecordedCall = { name: string; place: string; own: number; calls: readonly RecordedCall[] }

/** Of the flame graph: `all` is `own` and what it called. */
export type FlameNode = { name: string; place: string; own: number; all: number; calls: FlameNode[] }

/**
 * A function, wherever it was called from. `all` counts a stretch once, however often the function stands in it.
 * `score`: 0 to 100, what of the recorded time (of all that was allocated) would be saved if it took nothing itself.
 */
export type HotFunction = { name: string; place: string; own: number; all: number; score: number; verdict: 'bottleneck' | 'warm' | 'fine' }

/** Scores from which a function is called so. */
const BOTTLENECK = 20
const WARM = 5

/** Parts below this share of the whole are put together: nobody could see them. */
const LEAST_SHARE = 0.001
const DEEPEST = 80

/** V8's words for a thread that has nothing to do. */
const IDLE = new Set(['(idle)'])
/** The frames that stand for no work of their own. */
const NOBODY = new Set(['(root)', '(idle)', '(program)'])

/** The tree to draw: idle time left out, the same call from the same place told once, what is too small to see left to its caller. */
export function flameOf(root: RecordedCall): FlameNode {
  const whole = sumOf(root)
  return cut(joined(root), whole * LEAST_SHARE, 0)
}

/**
 * @param whole what a score is a share of: the recorded time, idle or not, or all that was allocated
 * @returns those that took most themselves, first
 */
export function hotFunctions(root: RecordedCall, whole: number, most = 30): HotFunction[] {
  const found = new Map<string, { name: string; place: string; own: number; all: number }>()
  const open = new Set<string>()
  const walk = (call: RecordedCall): number => {
    const key = keyOf(call)
    const outermost = !open.has(key)
    if (outermost) open.add(key)
    const all = call.own + call.calls.reduce((sum, inner) => sum + walk(inner), 0)
    if (outermost) open.delete(key)
    if (!NOBODY.has(call.name)) {
      const sofar = found.get(key) ?? { name: call.name, place: call.place, own: 0, all: 0 }
      found.set(key, { ...sofar, own: sofar.own + call.own, all: sofar.all + (outermost ? all : 0) })
    }
    return all
  }
  walk(root)
  return [...found.values()].filter(({ own }) => own > 0).sort((a, b) => b.own - a.own || (a.name < b.name ? -1 : 1)).slice(0, most).map((one) => {
    const score = whole > 0 ? Math.min(100, (one.own / whole) * 100) : 0
    return { ...one, score, verdict: score >= BOTTLENECK ? 'bottleneck' : score >= WARM ? 'warm' : 'fine' }
  })
}

/** What work took: all but idle time. */
export function busyOf(root: RecordedCall): number {
  return sumOf(root)
}

function keyOf({ name, place }: { name: string; place: string }): string {
  return `${name}\n${place}`
}

function sumOf(call: RecordedCall): number {
  return (IDLE.has(call.name) ? 0 : call.own) + call.calls.reduce((sum, inner) => sum + sumOf(inner), 0)
}

function joined(call: RecordedCall): FlameNode {
  const byKey = new Map<string, RecordedCall[]>()
  for (const inner of call.calls) if (!IDLE.has(inner.name)) byKey.set(keyOf(inner), [...(byKey.get(keyOf(inner)) ?? []), inner])
  const calls = [...byKey.values()].map((same) => joined(same.length === 1 ? same[0]! : { ...same[0]!, own: same.reduce((sum, one) => sum + one.own, 0), calls: same.flatMap((one) => one.calls) }))
  return { name: call.name, place: call.place, own: call.own, all: call.own + calls.reduce((sum, inner) => sum + inner.all, 0), calls: calls.sort((a, b) => b.all - a.all) }
}

function cut(node: FlameNode, least: number, depth: number): FlameNode {
  const calls = depth >= DEEPEST ? [] : node.calls.filter((inner) => inner.all >= least && inner.all > 0).map((inner) => cut(inner, least, depth + 1))
  return { ...node, calls }
}

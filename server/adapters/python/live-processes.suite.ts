import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A process's parent and group, as the kernel has them; gone or only waiting to be collected is undefined. */
function statOf(pid: number): { parent: number; group: number } | undefined {
  try {
    const [state, parent, group] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')
    return state === 'Z' || state === 'X' ? undefined : { parent: Number(parent), group: Number(group) }
  } catch {
    return undefined
  }
}

const all = () => readdirSync('/proc').map(Number).filter((pid) => pid > 0)

export function descendantsOf(root: number): number[] {
  const parents = new Map(all().map((pid) => [pid, statOf(pid)?.parent]))
  const found = [root]
  for (const pid of found) found.push(...[...parents].filter(([, parent]) => parent === pid).map(([one]) => one))
  return found.slice(1)
}

export const alive = (pids: readonly number[]) => pids.filter((pid) => statOf(pid) !== undefined)

/**
 * Everything that belongs together with `pids`: the same process group, or a PID namespace that is not this process's own. What
 * user code starts stays in both, whoever its parent becomes, so this also finds what no list of descendants would.
 */
export function kinOf(pids: readonly number[]): () => number[] {
  const groups = new Set(pids.map((pid) => statOf(pid)?.group))
  const spaces = new Set(pids.map(spaceOf).filter((space) => space !== undefined && space !== spaceOf(process.pid)))
  return () => all().filter((pid) => {
    const stat = statOf(pid)
    return stat !== undefined && (groups.has(stat.group) || spaces.has(spaceOf(pid)))
  })
}

function spaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch {
    return undefined
  }
}

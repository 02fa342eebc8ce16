import { readdir, readFile } from 'node:fs/promises'

const PAGE_BYTES = 4_096

/** Memory that the processes of a group hold, in bytes; what they share counts once in each. 0 where the machine does not tell. */
export async function groupMemory(group: number): Promise<number> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const sizes = await Promise.all(pids.map(async (pid) => {
    try {
      // Behind the name, which may hold anything: state, parent, group.
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) !== group) return 0
      const [, resident = 0, shared = 0] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ').map(Number)
      return (resident - shared) * PAGE_BYTES
    } catch {
      return 0
    }
  }))
  return sizes.reduce((sum, size) => sum + size, 0)
}

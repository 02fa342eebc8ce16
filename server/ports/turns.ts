/**
 * So many at once, the others in the order they came: a fan-out over many items must not start as many processes.
 * @returns `take`: resolves with how to give the turn back; rejects with the signal's reason while waiting
 */
export function createTurns(atOnce: number) {
  let free = atOnce
  const waiting: (() => void)[] = []
  const release = () => {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
  return {
    take(signal: AbortSignal): Promise<() => void> {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error)
        if (free > 0) {
          free -= 1
          return resolve(release)
        }
        const turn = () => {
          signal.removeEventListener('abort', leave)
          resolve(release)
        }
        const leave = () => {
          waiting.splice(waiting.indexOf(turn), 1)
          reject(signal.reason as Error)
        }
        waiting.push(turn)
        signal.addEventListener('abort', leave, { once: true })
      })
    },
  }
}

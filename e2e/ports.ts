/** Ports of one of Playwright's workers: its server, and one beside it for journeys that kill theirs. */
type Ports = { shared: number; own: number }

export function portsOf(worker: number): Ports {
  const first = Number(process.env.HEDDLE_E2E_PORT ?? 3210) + 10 * worker
  return { shared: first, own: first + 1 }
}

/** Of the worker that this process is. */
export const ports = portsOf(Number(process.env.TEST_PARALLEL_INDEX ?? 0))

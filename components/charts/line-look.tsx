const COLOURS = ['var(--brand)', 'var(--state-running)', 'var(--state-waiting)', 'var(--state-reused)', 'var(--state-completed)', 'var(--state-cancelled)']
/** A second round of the colours is dashed: no two lines look alike. */
const DASHES = [undefined, '5 3']
/** Lines that can still be told apart. */
export const MOST_LINES = COLOURS.length * DASHES.length

export function lineLook(index: number): { stroke: string; strokeDasharray?: string } {
  const dash = DASHES[Math.floor(index / COLOURS.length) % DASHES.length]
  return { stroke: COLOURS[index % COLOURS.length]!, ...(dash && { strokeDasharray: dash }) }
}

export function LineSample({ index }: { index: number }) {
  return <svg aria-hidden viewBox="0 0 16 4" className="h-1 w-4 shrink-0"><line x1={0} y1={2} x2={16} y2={2} strokeWidth={2} {...lineLook(index)} /></svg>
}

/** Longest part of a name that is compared, in characters. */
const COMPARED = 80

/**
 * Names that are most like one that is not there, likest first: what was meant, or at least what there is.
 * @param most how many
 */
export function likest(wanted: string, names: readonly string[], most = 5): string[] {
  const sought = folded(wanted)
  const distances = new Map([...new Set(names)].map((name) => [name, unlikeness(sought, folded(name))]))
  return [...distances].sort(([a, near], [b, far]) => near - far || a.localeCompare(b)).slice(0, most).map(([name]) => name)
}

/** The names for a sentence: `a`, `b` and 3 others. */
export function namesIn(names: readonly string[], count: number): string {
  const shown = names.map((name) => `\`${name}\``).join(', ')
  return count > names.length ? `${shown} and ${count - names.length} others` : shown
}

const folded = (name: string): string => name.slice(0, COMPARED).toLowerCase()

/** Letters to put in, take out or change, as a share of the longer; less where one holds the other. */
function unlikeness(a: string, b: string): number {
  const longer = Math.max(a.length, b.length, 1)
  const held = a !== '' && b !== '' && (a.includes(b) || b.includes(a))
  return (edits(a, b) / longer) * (held ? 0.5 : 1)
}

function edits(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const here = [row]
    for (let column = 1; column <= b.length; column++) {
      here.push(Math.min(above[column]! + 1, here[column - 1]! + 1, above[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1)))
    }
    above = here
  }
  return above[b.length]!
}

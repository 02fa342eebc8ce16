/** A version, or the draft, of which a comparison is made. */
export type Side = number | 'draft'
export type Sides = { from: Side; to: Side }

/** What the address asks to compare; what it leaves out is the newest version against the draft. */
export function chosenSides(params: URLSearchParams, versions: readonly { version: number }[]): Sides {
  const newest = versions.at(-1)?.version ?? 'draft'
  return { from: sideOf(params.get('from'), versions) ?? newest, to: sideOf(params.get('to'), versions) ?? 'draft' }
}

function sideOf(text: string | null, versions: readonly { version: number }[]): Side | undefined {
  if (text === 'draft') return 'draft'
  return versions.find(({ version }) => String(version) === text)?.version
}

/** A wanted version as a column: a number, `draft`, or null for the newest. */
export function versionText(version: number | 'draft' | null): string | null {
  return version === null ? null : String(version)
}

export function versionOf(text: string | null): number | 'draft' | null {
  return text === null || text === 'draft' ? text : Number(text)
}

/**
 * Looks again at rows that the database matched: Prisma passes `%` and `_` of a search on as wildcards, which
 * finds too much, never too little. A page may come out shorter than asked; its cursor is still right.
 */
export function matchesText(searchText: string, search: string | undefined): boolean {
  return search === undefined || searchText.includes(search.toLowerCase())
}

/** In the one currency that prices are given in: a bare figure, with as many digits as a small sum needs. */
export function formatCost(cost: number, locale: string): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 4 }).format(cost)
}

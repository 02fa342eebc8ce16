/** Figures with their units, in the reader's language. `undefined` becomes a dash: not known is not zero. */
export const UNKNOWN = '–'

/** 820ms · 3.4s · 2m 5s · 1h 3m */
export function formatDuration(ms: number | undefined, locale: string): string {
  if (ms === undefined || !Number.isFinite(ms)) return UNKNOWN
  if (ms < 1_000) return unit(Math.max(0, Math.round(ms)), 'millisecond', locale)
  if (ms < 59_950) return unit(ms / 1_000, 'second', locale, 1)
  const seconds = Math.round(ms / 1_000)
  if (seconds < 3_600) return pair(Math.floor(seconds / 60), 'minute', seconds % 60, 'second', locale)
  const minutes = Math.round(seconds / 60)
  if (minutes < 1_440) return pair(Math.floor(minutes / 60), 'hour', minutes % 60, 'minute', locale)
  const hours = Math.round(minutes / 60)
  return pair(Math.floor(hours / 24), 'day', hours % 24, 'hour', locale)
}

/** 10s · 5m · 1h: how far apart points are. */
export function formatStep(ms: number, locale: string): string {
  return ms < 60_000 ? unit(ms / 1_000, 'second', locale) : formatDuration(ms, locale)
}

/** 4.5 · 1,234 · 12.3K: a mean of hundreds needs no tenths. */
export function formatCount(count: number | undefined, locale: string): string {
  if (count === undefined || !Number.isFinite(count)) return UNKNOWN
  return numbers(locale, count >= 10_000 ? { notation: 'compact', maximumFractionDigits: 1 } : { maximumFractionDigits: count >= 100 ? 0 : 1 }).format(count)
}

/** 0.426 → 43% */
export function formatShare(share: number | undefined, locale: string): string {
  if (share === undefined || !Number.isFinite(share)) return UNKNOWN
  return numbers(locale, { style: 'percent', maximumFractionDigits: share > 0 && share < 0.1 ? 1 : 0 }).format(share)
}

/** 1.50 · 0.0123 · 0.000042: in the currency of the prices, which nobody names. */
export function formatCost(cost: number | null | undefined, locale: string): string {
  if (cost === undefined || cost === null || !Number.isFinite(cost)) return UNKNOWN
  return numbers(locale, cost !== 0 && cost < 0.01 ? { maximumSignificantDigits: 2 } : { minimumFractionDigits: 2, maximumFractionDigits: 4 }).format(cost)
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const

/** 812B · 3.4MB: thousands of each other, as disks are sold. */
export function formatBytes(bytes: number | undefined, locale: string): string {
  if (bytes === undefined || !Number.isFinite(bytes)) return UNKNOWN
  const step = Math.min(BYTE_UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes) * 1.0005) / 3)))
  return unit(bytes / 1_000 ** step, BYTE_UNITS[step]!, locale, step > 0 && bytes / 1_000 ** step < 99.95 ? 1 : 0)
}

/** Time of day to the millisecond: what log lines need. */
export function formatClock(ms: number, locale: string): string {
  return dates(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' }).format(ms)
}

export function formatMoment(ms: number, locale: string): string {
  return dates(locale, { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(ms)
}

/** Making a formatter takes some hundred times as long as using it, and a page of figures asks for the same few. */
function kept<Options extends object, Format>(make: (locale: string, options: Options) => Format): (locale: string, options: Options) => Format {
  const formats = new Map<string, Format>()
  return (locale, options) => {
    const key = locale + JSON.stringify(options)
    const format = formats.get(key) ?? make(locale, options)
    formats.set(key, format)
    return format
  }
}

const numbers = kept((locale, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options))
const dates = kept((locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options))

function unit(value: number, name: string, locale: string, digits = 0): string {
  return numbers(locale, { style: 'unit', unit: name, unitDisplay: 'narrow', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
}

function pair(big: number, bigName: string, small: number, smallName: string, locale: string): string {
  return small === 0 ? unit(big, bigName, locale) : `${unit(big, bigName, locale)} ${unit(small, smallName, locale)}`
}

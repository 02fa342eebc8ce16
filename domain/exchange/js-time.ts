import type { Js } from './js-expression'
import { methodOf } from './js-path'

/** Seconds. */
const UNITS: Record<string, number> = { second: 1, minute: 60, hour: 3_600, day: 86_400, week: 604_800 }
/** Luxon's signs of a date, and those of moment that people write instead. */
const SIGNS: Record<string, string> = {
  yyyy: '%Y', YYYY: '%Y', yy: '%y', YY: '%y', LLLL: '%B', MMMM: '%B', LLL: '%b', MMM: '%b', LL: '%m', MM: '%m', L: '%-m', M: '%-m', dd: '%d', DD: '%d', d: '%-d', D: '%-d', HH: '%H', H: '%-H', hh: '%I', h: '%-I', mm: '%M', m: '%-M', ss: '%S', s: '%-S', SSS: '%L', a: '%p', A: '%p', cccc: '%A', EEEE: '%A', ccc: '%a', EEE: '%a', ZZ: '%:z', Z: '%:z',
}
const ISO = '%Y-%m-%dT%H:%M:%SZ'

/** `$now`, `$today` and what is asked of them, as filters on `"now"`; undefined: it is no time, or one that nobody here tells. */
export function timeFilters(expression: Js): string[] | undefined {
  const found = timeOf(expression)
  if (!found) return undefined
  const { seconds, format = ISO } = found
  return seconds === 0 ? [`date: ${JSON.stringify(format)}`] : ['date: "%s"', `plus: ${seconds}`, `date: ${JSON.stringify(format)}`]
}

function timeOf(expression: Js): { seconds: number; format?: string } | undefined {
  if (expression.kind === 'name') return expression.name === '$now' ? { seconds: 0 } : expression.name === '$today' ? { seconds: 0, format: '%Y-%m-%dT00:00:00Z' } : undefined
  const method = methodOf(expression)
  const of = method && timeOf(method.of)
  if (!method || !of) return undefined
  const [first, second] = method.given
  switch (method.name) {
    case 'toISO':
    case 'toString':
    case 'toUTC':
      return of
    case 'toISODate':
      return { ...of, format: '%Y-%m-%d' }
    case 'toFormat':
    case 'format':
      return first?.kind === 'literal' && typeof first.value === 'string' ? { ...of, format: strftime(first.value) } : undefined
    case 'plus':
    case 'minus': {
      const seconds = durationOf(first, second)
      return seconds === undefined ? undefined : { ...of, seconds: of.seconds + (method.name === 'plus' ? seconds : -seconds) }
    }
    default:
      return undefined
  }
}

/** `{ days: 7 }` or `7, 'days'`. */
function durationOf(first: Js | undefined, second: Js | undefined): number | undefined {
  const pairs = first?.kind === 'object' ? first.fields : first && second?.kind === 'literal' ? [[String(second.value), first] as const] : []
  const seconds = pairs.map(([unit, amount]) => (amount.kind === 'literal' && typeof amount.value === 'number' ? (UNITS[unit.replace(/s$/, '')] ?? NaN) * amount.value : NaN))
  return seconds.length === 0 || seconds.some(Number.isNaN) ? undefined : seconds.reduce((sum, one) => sum + one, 0)
}

function strftime(format: string): string {
  return format.replaceAll(/'([^']*)'|([A-Za-z])\2*|%/g, (sign, quoted: string | undefined) => (quoted !== undefined ? quoted : sign === '%' ? '%%' : (SIGNS[sign] ?? sign)))
}

/** Days of a report, as the reader's calendar has them; empty: without that end. */
export type ReportDays = { from: string; to: string }

const DAY = /^\d{4}-\d{2}-\d{2}$/
export const PRESET_DAYS = [1, 7, 30, 90] as const

export function daysOfAddress(params: { get(name: string): string | null }): ReportDays {
  const day = (name: string) => (DAY.test(params.get(name) ?? '') && !Number.isNaN(Date.parse(params.get(name)!)) ? params.get(name)! : '')
  return { from: day('from'), to: day('to') }
}

/** The last so many days, today included. */
export function lastDays(count: number, now: Date): ReportDays {
  return { from: dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - count + 1)), to: dayOf(now) }
}

/** From the first day's midnight to the last day's end, by the reader's clock. */
export function periodOf({ from, to }: ReportDays): { from?: string; to?: string } {
  const at = (day: string, plus: number): string => {
    const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
    return new Date(new Date(year, month - 1, date + plus).getTime() - plus).toISOString()
  }
  return { ...(from !== '' && { from: at(from, 0) }), ...(to !== '' && { to: at(to, 1) }) }
}

function dayOf(date: Date): string {
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
}

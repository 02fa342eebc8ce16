import { z } from 'zod'

const Bound = z.int().min(1).max(1_000_000_000).nullable()

/** What may be asked within a minute, on average; a burst may use a whole minute's worth at once. null: no bound. */
export const Rate = z.strictObject({
  /** A model or a key; `*`: each that has no line of its own. */
  name: z.string().min(1).max(200),
  requestsPerMinute: Bound,
  /** Prompt and answer together. */
  tokensPerMinute: Bound,
})
export type Rate = z.infer<typeof Rate>

/** The line for calls without a key, those of runs among them. `*` is not for them. */
export const NO_KEY = 'no-key'
/** The line for all that have none of their own. */
const ANY = '*'

/** A key is known by its fingerprint: the key itself is stored and shown nowhere. */
const KEY_NAME = /^(\*|no-key|key-[0-9a-f]{12})$/

const Rates = z.array(Rate).max(500).superRefine((rates, context) => {
  const names = rates.map((rate) => rate.name)
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) context.addIssue({ code: 'custom', path: [index, 'name'], message: `${name} has a line already` })
  })
})

/** How many calls, and how many of their tokens, the router takes: of a model, and from an API key. */
export const CallLimits = z.strictObject({
  models: Rates,
  keys: Rates.superRefine((rates, context) => {
    rates.forEach(({ name }, index) => {
      if (!KEY_NAME.test(name)) context.addIssue({ code: 'custom', path: [index, 'name'], message: 'must be *, no-key, or the fingerprint of a key: key- and the first 12 digits of its SHA-256' })
    })
  }),
})
export type CallLimits = z.infer<typeof CallLimits>

/** The name they are set under. */
export const CALL_LIMITS_SETTING = 'call-limits'

/** What was set; where nothing was, or what this version cannot read, what the environment says. */
export function callLimitsOf(stored: unknown, atFirst: CallLimits): CallLimits {
  const parsed = CallLimits.safeParse(stored)
  return parsed.success ? parsed.data : atFirst
}

/** `*=60/90000,llama-70b=120/-`: requests, then tokens a minute; `-` for no bound. @returns what is wrong with it, as a text */
export function readRates(text: string): Rate[] | string {
  const rates: Rate[] = []
  for (const entry of text.split(',').map((part) => part.trim()).filter((part) => part !== '')) {
    const [, name, requests, tokens] = /^([^=]+)=(\d+|-)\/(\d+|-)$/.exec(entry) ?? []
    const rate = Rate.safeParse({ name: name?.trim(), requestsPerMinute: boundOf(requests), tokensPerMinute: boundOf(tokens) })
    if (!rate.success) return `cannot use "${entry}": must be NAME=REQUESTS/TOKENS a minute, whole numbers of 1 or more, or - for no bound, such as *=60/90000 or llama-70b=120/-`
    if (rates.some((one) => one.name === rate.data.name)) return `names "${rate.data.name}" twice`
    rates.push(rate.data)
  }
  return rates
}

function boundOf(text: string | undefined): number | null {
  return text === '-' ? null : Number(text)
}

/** The line that holds for a name. */
export function rateOf(rates: readonly Rate[], name: string): Rate | undefined {
  return rates.find((rate) => rate.name === name) ?? (name === NO_KEY ? undefined : rates.find((rate) => rate.name === ANY))
}

import { z } from 'zod'
import type { EpochMs, Json } from '@/domain/json'
import type { Step } from '@/domain/run/run-state'

const Amount = z.number().min(0).max(1_000_000)
/** Of a million tokens, in one currency for all. `*` is for every model not named. */
export const TokenPrice = z.strictObject({ model: z.string().min(1).max(200), prompt: Amount, completion: Amount })
export type TokenPrice = z.infer<typeof TokenPrice>

export const PriceList = z.array(TokenPrice).max(500).superRefine((prices, context) => {
  const names = prices.map((price) => price.model)
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) context.addIssue({ code: 'custom', path: [index, 'model'], message: `${name} has a price already` })
  })
})

/** What tokens cost since when, oldest first: a call keeps the price of its time when prices change. */
export const TokenPrices = z.array(z.strictObject({ from: z.number(), prices: PriceList }))
export type TokenPrices = z.infer<typeof TokenPrices>

/** The name they are set under. */
export const TOKEN_PRICES_SETTING = 'token-prices'
/** Changes remembered; beyond them the oldest are forgotten. */
const MOST_CHANGES = 200

/** What was set; where nothing was, or what this version cannot read, what the environment says. */
export function tokenPricesOf(stored: unknown, atFirst: TokenPrices): TokenPrices {
  const parsed = TokenPrices.safeParse(stored)
  return parsed.success ? parsed.data : atFirst
}

/** @param from undefined: they hold for all that was and is to come */
export function withPrices(history: TokenPrices, prices: readonly TokenPrice[], from: EpochMs | undefined): TokenPrices {
  const kept = from === undefined ? [] : history.filter((one) => one.from < from)
  return [...kept, { from: from ?? 0, prices: [...prices] }].slice(-MOST_CHANGES)
}

/** `*=0.2/0.6,llama-70b=0.9/0.9`: prompt, then completion. @returns what is wrong with it, as a text */
export function readTokenPrices(text: string): TokenPrices | string {
  const prices: TokenPrice[] = []
  for (const entry of text.split(',').map((part) => part.trim()).filter((part) => part !== '')) {
    const [, model = '', prompt, completion] = /^([^=]+)=(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(entry) ?? []
    if (prompt === undefined || completion === undefined) return `cannot use "${entry}": must be MODEL=PROMPT/COMPLETION for a million tokens, such as llama-70b=0.9/0.9, or *=0.2/0.6 for every model`
    prices.push({ model: model.trim(), prompt: Number(prompt), completion: Number(completion) })
  }
  const parsed = PriceList.safeParse(prices)
  if (!parsed.success) return parsed.error.issues[0]?.message ?? 'cannot be used'
  return prices.length === 0 ? [] : [{ from: 0, prices }]
}

export type PricedCall = { model: string | undefined; /** When it ended. */ at: EpochMs; promptTokens: number; completionTokens: number }

/** What a call cost, at the prices of its time; undefined: there was none for its model. */
export function costOf(history: TokenPrices, { model, at, promptTokens, completionTokens }: PricedCall): number | undefined {
  const prices = history.findLast((one) => one.from <= at)?.prices ?? []
  const price = prices.find((one) => one.model === model) ?? prices.find((one) => one.model === '*')
  return price && (promptTokens * price.prompt + completionTokens * price.completion) / 1e6
}

/** What the call of a step cost here; undefined: it made none, took it over from elsewhere, or has no price. */
export function costOfStep(history: TokenPrices, step: Step): number | undefined {
  const call = pricedCall(step)
  return call && costOf(history, call)
}

/** What a fork took over, or was pinned, was not asked for again. */
export function pricedCall({ usage, route, reusedFrom, pinned, input, finishedAt, startedAt }: Step): PricedCall | undefined {
  if (!usage || reusedFrom !== undefined || pinned) return undefined
  return { model: route?.model ?? modelIn(input), at: finishedAt ?? startedAt ?? 0, promptTokens: usage.promptTokens, completionTokens: usage.completionTokens }
}

/** Runs written before routes named the model say it in the input, unless it was left to the fleet. */
function modelIn(input: Json | undefined): string | undefined {
  return typeof input === 'object' && input !== null && !Array.isArray(input) && typeof input.model === 'string' ? input.model : undefined
}

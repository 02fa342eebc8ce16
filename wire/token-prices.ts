import { z } from 'zod'
import { PriceList, type TokenPrice, type TokenPrices } from '@/domain/metric/token-price'
import { Timestamp, timestamp } from './page'

/** What a million tokens cost, by model. */
export const TokenPricesBody = z.object({
  /** Null: from the beginning. Oldest first; a call has the price of its time. */
  history: z.array(z.object({ from: Timestamp.nullable(), prices: PriceList })),
})
export type TokenPricesBody = z.infer<typeof TokenPricesBody>

/** `always`: also for all calls that were; what was set before is forgotten. */
export const TokenPricesChange = z.strictObject({ prices: PriceList, from: z.enum(['now', 'always']).default('now') })
export type TokenPricesChange = { prices: TokenPrice[]; from: 'now' | 'always' }

export function tokenPricesBody(history: TokenPrices): TokenPricesBody {
  return { history: history.map(({ from, prices }) => ({ from: from === 0 ? null : timestamp(from), prices })) }
}

export function tokenPricesIn({ history }: TokenPricesBody): TokenPrices {
  return history.map(({ from, prices }) => ({ from: from === null ? 0 : Date.parse(from), prices }))
}

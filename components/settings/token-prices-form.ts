import { PriceList, type TokenPrice } from '@/domain/metric/token-price'
import type { Line } from './line-fields'

/** What stands in the fields: model, price of prompt and of completion tokens. */
export function linesOfPrices(prices: readonly TokenPrice[]): Line[] {
  return prices.map(({ model, prompt, completion }, key) => ({ key, values: [model, String(prompt), String(completion)] }))
}

/** @returns the fields at fault where there are some, as `line.column` */
export function pricesOfLines(lines: readonly Line[]): { prices?: TokenPrice[]; wrong: Set<string> } {
  const amount = (text = '') => (text.trim() === '' ? undefined : Number(text.replace(',', '.')))
  const parsed = PriceList.safeParse(lines.map(({ values: [model = '', prompt, completion] }) => ({ model: model.trim(), prompt: amount(prompt), completion: amount(completion) })))
  const wrong = new Set(parsed.error?.issues.map(({ path: [line, field] }) => `${String(line)}.${['model', 'prompt', 'completion'].indexOf(String(field))}`))
  return parsed.success ? { prices: parsed.data, wrong } : { wrong }
}

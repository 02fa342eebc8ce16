/** Of a million tokens, in one currency for all. */
export type TokenPrice = { prompt: number; completion: number }
/** By model; `*` is for all that are not named. */
export type TokenPrices = ReadonlyMap<string, TokenPrice>

/** `*=0.2/0.6,llama-70b=0.9/0.9`: prompt, then completion. @returns what is wrong with it, as a text */
export function readTokenPrices(text: string): TokenPrices | string {
  const prices = new Map<string, TokenPrice>()
  for (const entry of text.split(',').map((part) => part.trim()).filter((part) => part !== '')) {
    const [, model = '', prompt, completion] = /^([^=]+)=(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(entry) ?? []
    if (prompt === undefined || completion === undefined) return `cannot use "${entry}": must be MODEL=PROMPT/COMPLETION for a million tokens, such as llama-70b=0.9/0.9, or *=0.2/0.6 for every model`
    prices.set(model.trim(), { prompt: Number(prompt), completion: Number(completion) })
  }
  return prices
}

/** What tokens cost; undefined: no price is known for the model. */
export function costOf(prices: TokenPrices, model: string | undefined, tokens: { promptTokens: number; completionTokens: number }): number | undefined {
  const price = (model === undefined ? undefined : prices.get(model)) ?? prices.get('*')
  return price && (tokens.promptTokens * price.prompt + tokens.completionTokens * price.completion) / 1e6
}

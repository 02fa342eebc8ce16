import { TOKEN_PRICES_SETTING, tokenPricesOf, withPrices, type TokenPrice, type TokenPrices } from '@/domain/metric/token-price'
import type { Clock } from '@/server/ports/clock'
import type { Logger } from '@/server/ports/log-store'
import type { SettingStore } from '@/server/ports/retained'
import { authorise, nameOf, type Actor } from './actor'

export type SetTokenPricesDeps = { settings: SettingStore; clock: Pick<Clock, 'now'>; logger: Logger; /** What holds until somebody sets something. */ atFirst: TokenPrices }

/** What tokens cost, for the figures of calls. */
export function setTokenPrices({ settings, clock, logger, atFirst }: SetTokenPricesDeps) {
  const current = async (): Promise<TokenPrices> => tokenPricesOf(await settings.read(TOKEN_PRICES_SETTING), atFirst)
  return {
    /** For figures; not asked by a person. */
    current,
    async read(actor: Actor): Promise<TokenPrices> {
      authorise(actor, 'server.read')
      return current()
    },
    async set(actor: Actor, prices: readonly TokenPrice[], from: 'now' | 'always'): Promise<TokenPrices> {
      authorise(actor, 'server.write')
      const history = withPrices(await current(), prices, from === 'now' ? clock.now() : undefined)
      await settings.write(TOKEN_PRICES_SETTING, history)
      logger({ level: 'WARNING', component: 'api', category: 'system', message: `Token prices were set by ${nameOf(actor)}, ${from === 'now' ? 'from now on' : 'for all calls'}`, data: { prices: [...prices], from } })
      return history
    },
  }
}

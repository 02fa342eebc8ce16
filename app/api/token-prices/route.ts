import { handleRoute, json } from '@/app/api/handle-route'
import { tokenPricesBody, TokenPricesChange } from '@/wire/token-prices'

export const dynamic = 'force-dynamic'

export const GET = handleRoute(async ({ useCases, actor }) => json(tokenPricesBody(await useCases.tokenPrices.read(actor))))

export const PUT = handleRoute(async ({ useCases, actor, body }) => {
  const { prices, from } = await body(TokenPricesChange)
  return json(tokenPricesBody(await useCases.tokenPrices.set(actor, prices, from)))
})

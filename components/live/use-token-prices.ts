'use client'

import { useQuery } from '@tanstack/react-query'
import type { TokenPrices } from '@/domain/metric/token-price'
import { tokenPricesIn, type TokenPricesBody } from '@/wire/token-prices'
import { api } from './api-client'

export const tokenPriceKeys = { all: ['token-prices'] as const }
const none: TokenPrices = []

/** What tokens cost, and since when; empty until it is known. */
export function useTokenPrices(): TokenPrices {
  const { data } = useQuery({ queryKey: tokenPriceKeys.all, queryFn: ({ signal }) => api.get<TokenPricesBody>('/api/token-prices', { signal }), staleTime: 60_000, select: tokenPricesIn })
  return data ?? none
}

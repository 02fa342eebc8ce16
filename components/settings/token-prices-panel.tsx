'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { toast } from 'sonner'
import { formatMoment } from '@/domain/metric/figures'
import type { TokenPrices } from '@/domain/metric/token-price'
import { tokenPricesIn, type TokenPricesBody, type TokenPricesChange } from '@/wire/token-prices'
import { api } from '@/components/live/api-client'
import { asProblem } from '@/components/live/problem-error'
import { useRefused } from '@/components/live/problem-words'
import { ProblemNotice } from '@/components/live/problem-notice'
import { tokenPriceKeys } from '@/components/live/use-token-prices'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { LineFields } from './line-fields'
import { useServedModels } from './served-models'
import { linesOfPrices, pricesOfLines } from './token-prices-form'

/** What tokens cost, and from when on. */
export function TokenPricesPanel() {
  const t = useTranslations('settings.prices')
  const { data, error, isPending, refetch } = useQuery({ queryKey: tokenPriceKeys.all, queryFn: ({ signal }) => api.get<TokenPricesBody>('/api/token-prices', { signal }), staleTime: 60_000 })
  return (
    <Panel title={t('title')} description={t('description')}>
      {error && <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />}
      {isPending && <Skeleton className="h-32" />}
      {data && <PriceFields history={tokenPricesIn(data)} />}
    </Panel>
  )
}

function PriceFields({ history }: { history: TokenPrices }) {
  const refused = useRefused()
  const t = useTranslations('settings.prices')
  const common = useTranslations('common')
  const locale = useLocale()
  const models = useServedModels()
  const client = useQueryClient()
  const current = history.at(-1)
  const [lines, setLines] = useState(() => linesOfPrices(current?.prices ?? []))
  // Who sets the first prices wants to know what was spent until then.
  const [from, setFrom] = useState<TokenPricesChange['from']>(history.length === 0 ? 'always' : 'now')
  const { prices, wrong } = pricesOfLines(lines)
  const save = useMutation({ mutationFn: (change: TokenPricesChange) => api.put<TokenPricesBody>('/api/token-prices', change), onSuccess: (body) => client.setQueryData(tokenPriceKeys.all, body) })
  const store = () => prices && save.mutate({ prices, from }, { onSuccess: () => toast.success(t('saved')), onError: refused })
  const changed = prices !== undefined && (JSON.stringify(prices) !== JSON.stringify(current?.prices ?? []) || (from === 'always' && history.length > 1))
  return (
    <form className="flex flex-col gap-3" onSubmit={(event) => (event.preventDefault(), store())}>
      <LineFields
        label={t('title')} lines={lines} wrong={wrong} onChange={setLines} words={{ add: t('add'), none: t('none'), remove: (name) => t('remove', { name }) }}
        columns={[{ label: t('model'), placeholder: '*', suggestions: ['*', ...models] }, { label: t('prompt'), numeric: true, placeholder: '0.20' }, { label: t('completion'), numeric: true, placeholder: '0.60' }]}
      />
      {wrong.size > 0 && <p role="alert" className="text-xs text-destructive">{t('wrong')}</p>}
      <Field label={t('from')} hint={t('fromHint')} className="max-w-80">{(control) => <Select {...control} value={from} onValueChange={setFrom} options={(['now', 'always'] as const).map((value) => ({ value, label: t(`${value}From`) }))} />}</Field>
      {current && current.from > 0 && <p className="text-xs text-muted-foreground">{t('since', { at: formatMoment(current.from, locale), count: history.length - 1 })}</p>}
      <div className="flex justify-end"><Button type="submit" variant="primary" busy={save.isPending} disabled={!changed}>{common('save')}</Button></div>
    </form>
  )
}

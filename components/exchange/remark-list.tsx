'use client'

import { useTranslations } from 'next-intl'
import { REMARK_LEVELS, type Remark } from '@/domain/exchange/import-sketch'
import { TodoText } from '@/components/graph/todo-text'
import { Badge } from '@/components/ui/badge'

const TONE = { lost: 'failed', todo: 'waiting', changed: 'neutral' } as const

/** What does not come along as it was, by node: gone first, then what is left to do, then what is only different. */
export function RemarkList({ remarks }: { remarks: readonly Remark[] }) {
  const t = useTranslations('exchange')
  if (remarks.length === 0) return null
  const ordered = REMARK_LEVELS.flatMap((level) => remarks.filter((one) => one.level === level))
  const places = placesOf(ordered)
  return (
    <section aria-label={t('report')} className="flex flex-col gap-1 rounded-lg border p-3">
      <h4 className="flex flex-wrap items-center gap-1.5 text-sm font-medium">
        {t('report')}
        {REMARK_LEVELS.map((level) => {
          const count = remarks.filter((one) => one.level === level).length
          return count > 0 && <Badge key={level} tone={TONE[level]}>{t(`levelCount.${level}`, { count })}</Badge>
        })}
      </h4>
      <dl className="flex flex-col gap-1.5 text-xs">
        {places.map(({ nodes, said }) => (
          <div key={nodes.join('\n')}>
            <dt className="font-medium">{nodes.map((node) => (node === '' ? t('wholeWorkflow') : node)).join(', ')}</dt>
            {said.map(({ code, level, detail = '' }, index) => (
              <dd key={index} className="flex items-start gap-1.5 py-0.5">
                <Badge tone={TONE[level]} className="shrink-0">{t(`level.${level}`)}</Badge>
                <TodoText code={code} detail={detail} />
              </dd>
            ))}
          </div>
        ))}
      </dl>
    </section>
  )
}

/** Nodes of which the same is to be said stand together: a file asks one model in many places. */
function placesOf(remarks: readonly Remark[]): { nodes: string[]; said: readonly Remark[] }[] {
  const places = new Map<string, { nodes: string[]; said: readonly Remark[] }>()
  for (const node of new Set(remarks.map((one) => one.node ?? ''))) {
    const said = remarks.filter((one) => (one.node ?? '') === node)
    const key = JSON.stringify(said.map(({ code, level, detail }) => [code, level, detail]))
    places.set(key, { nodes: [...(places.get(key)?.nodes ?? []), node], said })
  }
  return [...places.values()]
}

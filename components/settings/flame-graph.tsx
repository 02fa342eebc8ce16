'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import type { FlameNode } from '@/domain/profile/profile'
import { formatShare } from '@/domain/metric/figures'
import { cn } from '@/components/ui/cn'
import { flameBoxes } from './prepare-flame'

const ROW_PX = 20
/** Tells rows apart; what a function is stands in words. */
const FILLS = ['bg-state-running-soft border-state-running-border', 'bg-state-waiting-soft border-state-waiting-border', 'bg-brand-soft border-brand-border', 'bg-state-completed-soft border-state-completed-border']

/** The calls of a profile, each as wide as its share; a press looks into one, a press on a caller goes back. The table beside it says the same in figures. */
export function FlameGraph({ root, text }: { root: FlameNode; /** An amount with its unit. */ text: (amount: number) => string }) {
  const t = useTranslations('server.profiler')
  const locale = useLocale()
  const [path, setPath] = useState<readonly number[]>([])
  const boxes = useMemo(() => flameBoxes(root, path), [root, path])
  const rows = Math.max(...boxes.map((box) => box.depth)) + 1
  return (
    <div role="group" aria-label={t('flame')} className="max-h-96 overflow-y-auto">
      <div className="relative" style={{ height: rows * ROW_PX }}>
        {boxes.map(({ path: own, depth, left, width, node }) => {
          const said = t('part', { name: nameOf(node, t('allCalls')), place: node.place, amount: text(node.all), share: formatShare(root.all > 0 ? node.all / root.all : 0, locale) })
          return (
            <button
              key={own.join('.')}
              type="button"
              title={said}
              aria-label={said}
              aria-pressed={own.length === path.length && own.every((step, index) => step === path[index])}
              onClick={() => setPath(own)}
              className={cn('absolute overflow-hidden border px-1 text-left font-mono text-2xs leading-none whitespace-nowrap text-foreground hover:brightness-95 focus-visible:z-10', FILLS[depth % FILLS.length])}
              style={{ left: `${left * 100}%`, width: `${width * 100}%`, top: depth * ROW_PX, height: ROW_PX - 1 }}
            >
              {width > 0.02 && nameOf(node, t('allCalls'))}
            </button>
          )
        })}
      </div>
    </div>
  )
}

function nameOf({ name }: FlameNode, whole: string): string {
  return name === '(root)' ? whole : name
}

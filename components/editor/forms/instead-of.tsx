'use client'

import { useTranslations } from 'next-intl'
import { likest } from '@/domain/likest'
import { Button } from '@/components/ui/button'

const MOST = 4

/** What there is in place of a name that is not there, the likest first; a press takes it. */
export function InsteadOf({ wanted, names, warning, onChoose }: { wanted: string; names: readonly string[]; warning: string; onChoose: (name: string) => void }) {
  const t = useTranslations('editor.forms')
  const shown = likest(wanted, names, MOST)
  return (
    <div className="flex flex-col gap-1 text-xs">
      <p role="status" className="text-state-waiting">{warning}</p>
      {shown.length > 0 && (
        <div className="flex flex-wrap items-center gap-1">
          <span className="text-muted-foreground">{t('instead')}</span>
          {shown.map((name) => <Button key={name} size="sm" className="max-w-full font-mono text-xs" aria-label={t('takeInstead', { name })} onClick={() => onChoose(name)}><span className="truncate">{name}</span></Button>)}
        </div>
      )}
    </div>
  )
}

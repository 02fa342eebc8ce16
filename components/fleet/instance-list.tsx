'use client'

import { SearchX } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { InstanceView } from '@/domain/route/fleet-view'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Input } from '@/components/ui/input'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { arrangeInstances, needsAttention } from './arrange-instances'
import { isAsked } from './asked-call-notice'
import type { AskedCall } from './call-address'
import { InstanceCard } from './instance-card'

/** As many are seen at a glance: nobody searches them. */
const FEW = 6

/** Every instance, what needs a person first. @param call one that the reader came from: its instance is pointed out */
export function InstanceList({ instances, call }: { instances: readonly InstanceView[]; call: AskedCall | undefined }) {
  const t = useTranslations('fleet')
  const [search, setSearch] = useState('')
  const [which, setWhich] = useState<'all' | 'troubled'>('all')
  const many = instances.length > FEW
  const shown = arrangeInstances(instances, many ? { search, troubled: which === 'troubled' } : { search: '', troubled: false })
  const troubled = instances.filter(needsAttention).length
  return (
    <section aria-labelledby="instances-title">
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <h2 id="instances-title" className="me-auto text-sm font-semibold">{t('instances', { count: instances.length })}</h2>
        {many && <SegmentedControl label={t('which')} size="sm" value={which} onValueChange={setWhich} segments={[{ value: 'all', label: t('all', { count: instances.length }) }, { value: 'troubled', label: t('troubled', { count: troubled }) }]} />}
        {many && <Input type="search" aria-label={t('search')} placeholder={t('search')} className="w-full sm:w-64" value={search} onChange={(event) => setSearch(event.target.value)} />}
      </div>
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">{shown.map((instance) => <li key={instance.id} {...(isAsked(instance, call) && { 'ref': scrollThere, 'aria-current': 'true', 'className': 'rounded-xl outline-2 outline-offset-2 outline-primary' })}><InstanceCard instance={instance} /></li>)}</ul>
      {shown.length === 0 && <EmptyState icon={<SearchX />} title={search === '' ? t('noneTroubled') : t('noneFound')} action={<Button size="sm" onClick={() => (setSearch(''), setWhich('all'))}>{t('showAll')}</Button>} />}
    </section>
  )
}

/** Called once, as the card appears, and again while charts above it get their height, until the reader moves by themselves. */
function scrollThere(card: HTMLElement | null): (() => void) | undefined {
  const section = card?.closest('section')
  if (!card || !section) return undefined
  const go = (): void => card.scrollIntoView({ block: 'center' })
  const watch = new ResizeObserver(go)
  for (let above = section.previousElementSibling; above; above = above.previousElementSibling) watch.observe(above)
  const left = new AbortController()
  const stop = (): void => {
    watch.disconnect()
    left.abort()
  }
  for (const kind of ['wheel', 'pointerdown', 'keydown', 'touchstart']) window.addEventListener(kind, stop, { signal: left.signal, passive: true })
  go()
  return stop
}

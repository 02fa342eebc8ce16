'use client'

import { Download, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { withQuery } from '@/components/live/api-client'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { addressOfFilter, type LogFilter } from './log-filter'

/** What a typist types in one go is asked for once. */
const SETTLE_MS = 200
const ALL = 'all'

type FiltersProps = { filter: LogFilter; components: readonly string[]; onChange: (change: Partial<LogFilter>) => void; onClear: () => void }

export function LogFilters({ filter, components, onChange, onClear }: FiltersProps) {
  const t = useTranslations('logs')
  const known = filter.component === undefined || components.includes(filter.component) ? components : [...components, filter.component]
  return (
    <div className="flex flex-wrap items-center gap-2">
      <TypedFilter id="log-search" label={t('search')} className="w-full sm:w-56" value={filter.search} onChange={(search) => onChange({ search })} shortcut="/" />
      <TypedFilter label={t('runFilter')} className="w-36 grow sm:w-44 sm:grow-0" value={filter.runId ?? ''} onChange={(text) => onChange({ runId: text.trim() === '' ? undefined : text.trim() })} />
      <Select aria-label={t('component')} className="w-36 grow sm:grow-0" value={filter.component ?? ALL} onValueChange={(value) => onChange({ component: value === ALL ? undefined : value })} options={[{ value: ALL, label: t('allComponents') }, ...known.map((value) => ({ value, label: value }))]} />
      {addressOfFilter(filter) !== '' && <Button variant="ghost" onClick={onClear}><X aria-hidden /> {t('clear')}</Button>}
      <Button asChild><a href={withQuery('/api/logs/export', filter)} download title={t('downloadHint')}><Download aria-hidden /> {t('download')}</a></Button>
    </div>
  )
}

function TypedFilter({ id, label, className, value, onChange, shortcut }: { id?: string; label: string; className: string; value: string; onChange: (text: string) => void; shortcut?: string }) {
  const [typed, setTyped] = useState({ text: value, of: value })
  // Changed from elsewhere: cleared, or another address.
  if (typed.of !== value) setTyped({ text: value, of: value })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const type = (text: string) => {
    setTyped({ text, of: value })
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onChange(text), SETTLE_MS)
  }
  return <Input {...(id !== undefined && { id })} type="search" maxLength={200} aria-label={label} placeholder={label} {...(shortcut !== undefined && { 'aria-keyshortcuts': shortcut })} className={className} value={typed.text} onChange={(event) => type(event.target.value)} />
}

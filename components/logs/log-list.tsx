'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useCallback, useEffect, useRef, useState } from 'react'
import { formatMoment } from '@/domain/metric/figures'
import type { LogLineBody } from '@/wire/telemetry'
import { Button } from '@/components/ui/button'
import { Spinner } from '@/components/ui/spinner'
import { logKeyOf, takesText } from './log-keys'
import type { OnOnly } from './log-details'
import { LogRow } from './log-row'

const ROW_PX = 25
/** Rows from the top where older ones are read. */
const NEAR_TOP = 30

type ListProps = {
  lines: readonly LogLineBody[]
  search: string
  paused: boolean
  onPause: (paused: boolean) => void
  /** More came than is kept: the newest have to be read again. */
  overflown: boolean
  reload: () => void
  older: { has: boolean; isFetching: boolean; fetch: () => unknown }
  onOnly: OnOnly
}

/** The lines, newest at the foot. At the foot it goes on with what comes; above it, or paused, what came is counted. */
export function LogList({ lines, search, paused, onPause, overflown, reload, older, onOnly }: ListProps) {
  const t = useTranslations('logs')
  const box = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  /** The newest line when the reader left the foot; undefined: there. */
  const [leftAt, setLeftAt] = useState<number>()
  const shown = paused && leftAt !== undefined ? lines.filter((line) => line.id <= leftAt) : lines
  const waiting = leftAt === undefined ? 0 : lines.reduce((count, line) => count + Number(line.id > leftAt), 0)
  const newestId = shown.at(-1)?.id ?? 0
  if (paused && leftAt === undefined) setLeftAt(newestId)

  // The virtualizer's functions are not memo-safe; nothing here hands them on.
  const rows = useVirtualizer({ count: shown.length, getScrollElement: () => box.current, estimateSize: () => ROW_PX, getItemKey: (index) => shown[index]?.id ?? index, overscan: 20, anchorTo: 'end', followOnAppend: true, scrollEndThreshold: 4 })
  const items = rows.getVirtualItems()
  const toEnd = useRef(() => rows.scrollToEnd())
  useEffect(() => toEnd.current(), [])

  const nearTop = (items[0]?.index ?? 0) < NEAR_TOP
  const { has, isFetching, fetch } = older
  useEffect(() => {
    if (nearTop && has && !isFetching) fetch()
  }, [nearTop, has, isFetching, fetch])
  useEffect(() => {
    if (overflown && leftAt === undefined) reload()
  }, [overflown, leftAt, reload])

  const toNewest = () => {
    onPause(false)
    setLeftAt(undefined)
    if (overflown) reload()
    requestAnimationFrame(() => rows.scrollToEnd())
  }
  const onScroll = () => {
    if (!paused) setLeftAt((at) => (rows.isAtEnd() ? undefined : (at ?? newestId)))
  }
  const toggle = useCallback((id: number) => setOpen((now) => (now.has(id) ? new Set([...now].filter((one) => one !== id)) : new Set([...now, id]))), [])
  useLineKeys({
    move: (by) => {
      const focused = Number((document.activeElement as HTMLElement | null)?.dataset.line ?? NaN)
      const at = shown.findIndex((line) => line.id === focused)
      const to = at < 0 ? shown.length - 1 : Math.min(shown.length - 1, Math.max(0, at + by))
      rows.scrollToIndex(to, { align: 'auto' })
      focusLine(box.current, shown[to]?.id)
    },
    newest: toNewest,
    pause: () => (paused ? toNewest() : onPause(true)),
  })

  return (
    <div className="relative flex min-h-40 grow flex-col overflow-hidden rounded-lg border bg-card">
      <Reach first={shown[0]} older={older} />
      <div ref={box} role="region" aria-label={t('lines')} tabIndex={0} onScroll={onScroll} className="min-h-0 grow overflow-x-hidden overflow-y-auto overscroll-contain focus-visible:-outline-offset-2">
        <ol className="relative" style={{ height: rows.getTotalSize() }}>
          {items.map((row) => {
            const line = shown[row.index]
            return line && (
              <li key={row.key} ref={rows.measureElement} data-index={row.index} aria-posinset={row.index + 1} aria-setsize={-1} className="absolute inset-x-0" style={{ top: row.start }}>
                <LogRow line={line} search={search} open={open.has(line.id)} onToggle={toggle} onOnly={onOnly} />
              </li>
            )
          })}
        </ol>
      </div>
      {(leftAt !== undefined || paused) && (
        <Button size="sm" variant="primary" className="absolute bottom-3 left-1/2 -translate-x-1/2" onClick={toNewest}>
          <ArrowDown aria-hidden /> <span aria-live="polite">{waiting === 0 ? t('toNewest') : t('newLines', { count: waiting, more: overflown ? '+' : '' })}</span>
        </Button>
      )}
    </div>
  )
}

/** How far back the list reaches, and whether it goes on. */
function Reach({ first, older }: { first: LogLineBody | undefined; older: ListProps['older'] }) {
  const t = useTranslations('logs')
  const locale = useLocale()
  return (
    <p className="flex h-6 shrink-0 items-center gap-2 border-b px-2 text-2xs text-muted-foreground">
      {older.isFetching ? <Spinner label={t('lookingBack')} /> : first === undefined ? null : t(older.has ? 'backTo' : 'backToFirst', { time: formatMoment(Date.parse(first.at), locale) })}
    </p>
  )
}

/** A line that has just come into view is in the page a frame later. */
function focusLine(box: HTMLElement | null, id: number | undefined, tries = 5): void {
  const found = box?.querySelector<HTMLElement>(`[data-line="${id}"]`)
  if (found) found.focus({ preventScroll: true })
  else if (tries > 0) requestAnimationFrame(() => focusLine(box, id, tries - 1))
}

function useLineKeys(keys: { move: (by: number) => void; newest: () => void; pause: () => void }): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (takesText(event.target)) return
      const key = logKeyOf(event, event.target instanceof HTMLElement && event.target.dataset.line !== undefined)
      if (!key) return
      event.preventDefault()
      if (key.do === 'move') latest.current.move(key.by)
      else if (key.do === 'search') document.getElementById('log-search')?.focus()
      else latest.current[key.do]()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}

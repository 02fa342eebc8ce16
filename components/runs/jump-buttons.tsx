'use client'

import { useQuery } from '@tanstack/react-query'
import { CircleX, RotateCw, Split } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useMemo, useState } from 'react'
import { IconButton } from '@/components/ui/icon-button'
import { comparedOf, jumpTarget, type Jump } from './jumps'
import { useRunId, useRunStore, useRunView } from './run-context'
import { diffOptions } from './run-queries'

const LOOK = { failure: { icon: CircleX, key: 'F' }, attempt: { icon: RotateCw, key: 'A' }, divergence: { icon: Split, key: 'D' } } as const

/** To what a reader looks for: the next failure, the next attempt, and, from a comparison, where the runs part. */
export function JumpButtons() {
  const t = useTranslations('run.jump')
  const store = useRunStore()
  const selected = useRunView((view) => view.selected)
  const differing = useDiffering()
  const headSeq = useRunView((view) => (differing ? view.head.seq : 0))
  const marks = useRunView((view) => view.marks)
  const failed = marks.some((mark) => mark.kind === 'failed')
  const retried = marks.some((mark) => mark.kind === 'retrying' || mark.kind === 'interrupted')
  const there: Record<Jump, boolean> = useMemo(() => ({
    failure: failed, attempt: selected !== undefined || retried,
    divergence: differing !== undefined && jumpTarget(store.timeline.events, 0, 'divergence', { differing }) !== undefined,
    // The log only grows: its newest seq stands for it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }), [store, headSeq, selected, differing, failed, retried])
  const jump = (to: Jump): void => {
    const seq = jumpTarget(store.timeline.events, store.view.getState().shown.seq, to, { step: selected, differing })
    if (seq !== undefined) store.showSeq(seq)
  }
  useJumpKeys(jump)
  const shown: Jump[] = differing ? ['failure', 'attempt', 'divergence'] : ['failure', 'attempt']
  return (
    <>
      {shown.map((to) => {
        const { icon: Icon, key } = LOOK[to]
        return <IconButton key={to} size="sm" label={t(to === 'attempt' && selected !== undefined ? 'attemptOfStep' : to)} shortcut={key} disabled={!there[to]} onClick={() => jump(to)}><Icon aria-hidden /></IconButton>
      })}
    </>
  )
}

/** F, A and D, wherever nobody types. */
function useJumpKeys(jump: (to: Jump) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable="true"], [role="dialog"], [role="combobox"]')) return
      const to = (Object.keys(LOOK) as Jump[]).find((one) => LOOK[one].key === event.key.toUpperCase())
      if (to) jump(to)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
}

/** Nodes in which the run differs from the one it was opened beside; undefined: it was opened alone, or they are still read. */
function useDiffering(): ReadonlySet<string> | undefined {
  const runId = useRunId()
  const [other] = useState(() => comparedOf(window.location.search))
  const { data } = useQuery({ ...diffOptions(runId, other ?? ''), enabled: other !== undefined, staleTime: 5_000, refetchInterval: false })
  return useMemo(() => data && new Set(data.nodes.filter((node) => node.change !== 'same' || node.configChanged).map((node) => node.nodeId)), [data])
}

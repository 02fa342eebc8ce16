'use client'

import { useStore, useStoreApi } from '@xyflow/react'
import { Frame, ListChecks, Lock, LockOpen, Power, PowerOff, Ungroup, type LucideIcon } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect } from 'react'
import { isRemark, type Graph, type GraphNode } from '@/domain/graph/graph'
import { groupsByMember } from '@/domain/graph/groups'
import { isDisabled, isLocked } from '@/domain/graph/node-types'
import { IconButton } from '@/components/ui/icon-button'
import { useBuild } from './use-build'

/** What is switched on and off for whole nodes. */
export function SelectionTools({ level, nodes }: { level: Graph; nodes: readonly GraphNode[] }) {
  const t = useTranslations('build')
  const build = useBuild()
  const group = nodes.length === 1 && nodes[0]?.type === 'group' ? nodes[0] : undefined
  const locked = nodes.every(isLocked)
  const held = groupsByMember(level)
  const runnable = nodes.filter((node) => node.type !== 'input' && !isRemark(node.type))
  const disabled = runnable.every((node) => isDisabled(node.config))
  const tool = (label: string, shortcut: string, Icon: LucideIcon, run: () => void, pressed?: boolean) => (
    <IconButton size="sm" label={label} shortcut={shortcut} onClick={run} {...(pressed !== undefined && { 'aria-pressed': pressed })}><Icon aria-hidden /></IconButton>
  )
  return (
    <div role="toolbar" aria-label={t('tools')} className="flex flex-wrap gap-1 border-b px-3 py-1">
      <TapsAdd />
      {tool(t(locked ? 'unlock' : 'lock'), 'L', locked ? LockOpen : Lock, build.toggleLock)}
      {runnable.length > 0 && tool(t(disabled ? 'enable' : 'disable'), 'D', disabled ? Power : PowerOff, build.toggleDisabled)}
      {group === undefined ? tool(t('group'), 'Ctrl+G', Frame, build.group) : null}
      {nodes.some((node) => node.type === 'group' || held.has(node.id)) && tool(t(group ? 'dissolve' : 'ungroup'), 'Ctrl+Shift+G', Ungroup, build.ungroup)}
    </div>
  )
}

/** A finger has no Shift: while this is on, a tap adds to the selection. It ends with the selection. */
function TapsAdd() {
  const t = useTranslations('build')
  const flow = useStoreApi()
  const on = useStore((state) => state.multiSelectionActive)
  const set = (multiSelectionActive: boolean) => flow.setState({ multiSelectionActive })
  useEffect(() => () => flow.setState({ multiSelectionActive: false }), [flow])
  return <IconButton size="sm" className="hidden aria-pressed:bg-brand-soft aria-pressed:text-brand pointer-coarse:inline-flex" label={t('tapsAdd')} aria-pressed={on} onClick={() => set(!on)}><ListChecks aria-hidden /></IconButton>
}

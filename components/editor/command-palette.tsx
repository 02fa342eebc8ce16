'use client'

import { Workflow } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react'
import { NODE_TYPES, type NodeType } from '@/domain/graph/graph'
import { NODE_ICON } from '@/components/graph/node-look'
import { CommandDialog, CommandGroup, CommandItem } from '@/components/ui/command-dialog'
import { recentTypes } from './browser-drafts'
import { useEditorStore, useLevel } from './editor-context'
import { useOtherWorkflows } from './editor-queries'
import { findBest, type Findable } from './palette-search'
import { useCommands, type CommandActions } from './use-commands'
import { useFit } from './use-fit'

type Entry = Findable & { id: string; icon: ReactNode; title: string; detail?: string; shortcut?: string; choose: () => void }
type Group = { id: 'nodes' | 'add' | 'do' | 'open'; entries: Entry[] }

const MOST = { nodes: 20, add: NODE_TYPES.length, do: 40, open: 5 }
/** Before anything is typed the nodes would push all else out of sight. */
const MOST_NODES_UNASKED = 5

/** Whatever can be gone to, added or done, by name. */
export function CommandPalette({ workflowId, offered, onAdd, onClose }: { workflowId: string; offered: CommandActions; onAdd: (type: NodeType) => void; onClose: () => void }) {
  const t = useTranslations('editor')
  const [search, setSearch] = useState('')
  const groups = useGroups(workflowId, search, offered, onAdd)
  const count = groups.reduce((sum, group) => sum + group.entries.length, 0)
  return (
    <CommandDialog label={t('command.title')} placeholder={t('command.placeholder')} search={search} onSearch={setSearch} onClose={onClose} found={t('command.found', { count })}>
      {groups.map((group) => (
        <CommandGroup key={group.id} heading={t(`command.group.${group.id}`)}>
          {group.entries.map(({ id, icon, title, detail, shortcut, choose }) => (
            <CommandItem
              key={id} id={id} icon={icon} title={title} detail={detail} shortcut={shortcut}
              onChoose={() => {
                onClose()
                choose()
              }}
            />
          ))}
        </CommandGroup>
      ))}
    </CommandDialog>
  )
}

/** The groups that have an answer. */
function useGroups(workflowId: string, search: string, offered: CommandActions, onAdd: (type: NodeType) => void): Group[] {
  const nodes = useNodeEntries()
  const types = useTypeEntries(onAdd)
  const others = useOtherEntries(workflowId, search)
  const asked = search.trim() !== ''
  const commands = useCommands(offered)
  const doable = commands.map(({ id, title, icon: Icon, shortcut, run }): Entry => ({ id: `do:${id}`, icon: <Icon aria-hidden />, title, shortcut, choose: run, words: [title, id] }))
  const group = (id: Group['id'], entries: readonly Entry[], limit: number): Group => ({ id, entries: findBest(entries, search, limit) })
  const work = [group('do', doable, MOST.do), group('add', types, MOST.add)]
  const here = group('nodes', nodes, asked ? MOST.nodes : MOST_NODES_UNASKED)
  return [here, ...work, group('open', others, MOST.open)].filter(({ entries }) => entries.length > 0)
}

function useNodeEntries(): Entry[] {
  const t = useTranslations('editor')
  const store = useEditorStore()
  const fit = useFit()
  const level = useLevel()
  return useMemo(() => level.nodes.map((node): Entry => {
    const Icon = NODE_ICON[node.type]
    const type = t(`types.${node.type}.name`)
    return {
      id: `node:${node.id}`, icon: <Icon aria-hidden />, title: node.name, detail: type, words: [node.name, node.id, type, node.type],
      choose: () => {
        store.select([node.id])
        fit({ nodes: [{ id: node.id }] })
      },
    }
  }), [level, store, fit, t])
}

function useTypeEntries(onAdd: (type: NodeType) => void): Entry[] {
  const t = useTranslations('editor')
  // Read once: what is added here closes the palette.
  const [recent] = useState(recentTypes)
  return [...recent, ...NODE_TYPES.filter((type) => type !== 'group' && !recent.includes(type))].map((type): Entry => {
    const Icon = NODE_ICON[type]
    const name = t(`types.${type}.name`)
    return { id: `add:${type}`, icon: <Icon aria-hidden />, title: t('command.addType', { type: name }), detail: t(`types.${type}.about`), words: [name, type, t('command.addType', { type: name }), t(`types.${type}.about`)], choose: () => onAdd(type) }
  })
}

function useOtherEntries(workflowId: string, search: string): Entry[] {
  const router = useRouter()
  const { data } = useOtherWorkflows(useDeferredValue(search.trim()))
  return (data?.items ?? []).filter(({ id }) => id !== workflowId).map(({ id, name }): Entry => ({ id: `open:${id}`, icon: <Workflow aria-hidden />, title: name, words: [name, id], choose: () => router.push(`/workflows/${id}`) }))
}

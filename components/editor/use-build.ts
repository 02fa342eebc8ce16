'use client'

import { useReactFlow } from '@xyflow/react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { isRemark, type GraphNode, type NodeType } from '@/domain/graph/graph'
import type { GraphEdit, Point } from '@/domain/graph/graph-edit'
import { groupNodes, membersOf, ungroup } from '@/domain/graph/groups'
import { removeHealing } from '@/domain/graph/heal-removal'
import { addAt, placeOnEdge, type Anchor } from '@/domain/graph/insert-node'
import { besideNode, edgeFrom, newEdge, newNode } from '@/domain/graph/new-node'
import { isDisabled, isLocked, outputHandles } from '@/domain/graph/node-types'
import { replaceType } from '@/domain/graph/replace-type'
import { editorSize } from '@/components/graph/node-look'
import { keepRecentType } from './browser-drafts'
import { useDesk, useEditorStore } from './editor-context'
import { canvasMiddle, placeBeside } from './node-element'

/** What one builds with, by hand, by key and from the list alike; each says what it did. */
export function useBuild() {
  const t = useTranslations('editor')
  const say = useTranslations('build.said')
  const store = useEditorStore()
  const desk = useDesk()
  const { screenToFlowPosition } = useReactFlow()
  return useMemo(() => {
    const nameOf = (id: string) => store.level().nodes.find((node) => node.id === id)?.name ?? id
    const make = (type: NodeType, place: Point) => newNode(store.level(), type, t(`types.${type}.name`), place)
    const done = (node: GraphNode, to?: string) => {
      store.select([node.id])
      keepRecentType(node.type)
      desk.say(to === undefined ? say('added', { name: node.name }) : say('addedTo', { name: node.name, to: nameOf(to) }))
    }

    /** Where it was dropped; pressed in the palette: behind the selected node, else in the middle of what one sees. */
    function add(type: NodeType, at?: Point): void {
      const level = store.level()
      const { nodes } = store.view.getState().selected
      const behind = at === undefined && nodes.length === 1 ? level.nodes.find((node) => node.id === nodes[0]) : undefined
      const node = make(type, at ?? (behind ? besideNode(behind) : screenToFlowPosition(canvasMiddle())))
      const edge = behind && edgeFrom(level, behind, node)
      store.edit({ do: 'add', nodes: [node], edges: edge ? [edge] : [] })
      done(node, edge?.source)
    }

    function addAtAnchor(type: NodeType, anchor: Anchor, place: Point): void {
      const level = store.level()
      const node = make(type, place)
      store.edit(addAt(level, node, anchor))
      done(node, anchor.kind === 'edge' ? level.edges.find((edge) => edge.id === anchor.edgeId)?.source : anchor.nodeId)
    }

    function askOnEdge(edgeId: string, at: Point = placeBeside(edgeId)): void {
      desk.ask({ kind: 'add', anchor: { kind: 'edge', edgeId }, at, place: placeOnEdge(store.level(), edgeId) })
    }

    /** Behind a node, at its first handle from which nothing leaves yet. */
    function askAfter(nodeId: string): void {
      const level = store.level()
      const node = level.nodes.find((one) => one.id === nodeId)
      if (!node) return
      const handles = outputHandles(node.type, node.config).map((handle) => handle.id)
      const handle = handles.find((id) => id !== 'error' && !level.edges.some((edge) => edge.source === nodeId && (edge.sourceHandle ?? 'out') === id)) ?? handles[0]
      if (handle !== undefined) desk.ask({ kind: 'add', anchor: { kind: 'from', nodeId, handle }, at: placeBeside(nodeId), place: besideNode(node) })
    }

    const chosenNodes = () => {
      const chosen = new Set(store.view.getState().selected.nodes)
      return store.level().nodes.filter((node) => chosen.has(node.id))
    }

    /** On where one of them is off; off where all are on. */
    function toggle(nodes: readonly GraphNode[], field: 'locked' | 'disabled', isOn: (node: GraphNode) => boolean): void {
      const on = !nodes.every(isOn)
      const edits = nodes.map((node): GraphEdit => {
        const { [field]: _, ...rest } = node.config
        return { do: 'set-config', nodeId: node.id, config: on ? { ...rest, [field]: true } : rest }
      })
      if (edits.length === 0) return
      store.edit({ do: 'several', edits })
      desk.say(say(`${field}.${on ? 'on' : 'off'}`, { count: edits.length }))
    }

    return {
      toggleLock: () => toggle(chosenNodes(), 'locked', isLocked),
      toggleDisabled: () => toggle(chosenNodes().filter((node) => node.type !== 'input' && !isRemark(node.type)), 'disabled', (node) => isDisabled(node.config)),
      group(): void {
        const edit = groupNodes(store.level(), store.view.getState().selected.nodes, t('types.group.name'), editorSize)
        if (edit.edits.length === 0) return
        const before = new Set(store.level().nodes.map((node) => node.id as string))
        store.edit(edit)
        const made = store.level().nodes.find((node) => !before.has(node.id))
        if (!made) return
        store.select([made.id])
        desk.say(say('grouped', { count: membersOf(store.level(), made).length }))
      },
      ungroup(): void {
        store.edit(ungroup(store.level(), store.view.getState().selected.nodes))
        desk.say(say('ungrouped'))
      },
      /** A note's new size, and place where it was drawn by its upper or left side. */
      resize(nodeId: string, { x, y, width, height }: Point & { width: number; height: number }): void {
        const node = store.level().nodes.find((one) => one.id === nodeId)
        if (node) store.edit({ do: 'several', edits: [{ do: 'move', positions: { [nodeId]: { x: Math.round(x), y: Math.round(y) } } }, { do: 'set-config', nodeId, config: { ...node.config, width: Math.round(width), height: Math.round(height) } }] })
      },
      setCollapsed(groupId: string, collapsed: boolean): void {
        const node = store.level().nodes.find((one) => one.id === groupId)
        if (!node) return
        const { collapsed: _, ...rest } = node.config
        store.edit({ do: 'set-config', nodeId: groupId, config: collapsed ? { ...rest, collapsed } : rest })
        store.select([groupId])
      },
      add, addAt: addAtAnchor, askOnEdge, askAfter,
      /** Asks what comes behind the selected node, or on the selected edge. */
      askNext(): void {
        const { nodes: [nodeId], edges: [edgeId] } = store.view.getState().selected
        if (nodeId !== undefined) askAfter(nodeId)
        else if (edgeId !== undefined) askOnEdge(edgeId)
      },
      askReplace(): void {
        const { nodes } = store.view.getState().selected
        if (nodes.length === 1) desk.ask({ kind: 'replace', nodeId: nodes[0]!, at: placeBeside(nodes[0]!) })
      },
      /** A name that somebody gave stays; that of the old type becomes that of the new. */
      replace(nodeId: string, type: NodeType): void {
        const node = store.level().nodes.find((one) => one.id === nodeId)
        if (!node) return
        const named = !node.name.startsWith(t(`types.${node.type}.name`))
        store.edit(replaceType(store.level(), nodeId, type, named ? node.name : node.name.replace(t(`types.${node.type}.name`), t(`types.${type}.name`))))
        keepRecentType(type)
        desk.say(say('replaced', { name: node.name, type: t(`types.${type}.name`) }))
      },
      connect(source: string, sourceHandle: string | null | undefined, target: string, targetHandle?: string | null): void {
        store.edit({ do: 'add', nodes: [], edges: [newEdge(source, sourceHandle, target, targetHandle)] })
        desk.say(say('connected', { from: nameOf(source), to: nameOf(target) }))
      },
      disconnect(edgeId: string): void {
        const edge = store.level().edges.find((one) => one.id === edgeId)
        if (!edge) return
        store.edit({ do: 'remove', nodeIds: [], edgeIds: [edgeId] })
        desk.say(say('disconnected', { from: nameOf(edge.source), to: nameOf(edge.target) }))
      },
      /** @param heal closes the line where a node stood in one */
      remove(heal: boolean): void {
        const { nodes: chosen, edges } = store.view.getState().selected
        if (chosen.length + edges.length === 0) return
        // The box of a collapsed group stands for all that is in it.
        const nodes = [...chosen, ...store.level().nodes.filter((node) => chosen.includes(node.id) && node.config.collapsed === true).flatMap((node) => membersOf(store.level(), node).map(({ id }) => id))]
        store.edit(heal ? removeHealing(store.level(), nodes, edges) : { do: 'remove', nodeIds: nodes, edgeIds: edges })
        desk.say(say('removed', { count: nodes.length + edges.length }))
      },
    }
  }, [store, desk, t, say, screenToFlowPosition])
}

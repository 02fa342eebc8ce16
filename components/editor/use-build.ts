'use client'

import { useReactFlow } from '@xyflow/react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { connectionsOf } from '@/domain/graph/connections'
import { isRemark, sourceHandleOf, type GraphNode, type NodeType } from '@/domain/graph/graph'
import type { GraphEdit, Point } from '@/domain/graph/graph-edit'
import { groupNodes, groupsByMember, membersOf, shownGraph, ungroup } from '@/domain/graph/groups'
import { removeHealing } from '@/domain/graph/heal-removal'
import { addAt, placeOnEdge, type Anchor } from '@/domain/graph/insert-node'
import { neighbourOf, type Direction } from '@/domain/graph/neighbours'
import { besideNode, edgeFrom, newEdge, newNode } from '@/domain/graph/new-node'
import { isDisabled, isLocked, outputHandles } from '@/domain/graph/node-types'
import { replaceType } from '@/domain/graph/replace-type'
import { editorSize } from '@/components/graph/node-look'
import { keepRecentType } from './browser-drafts'
import { useDesk, useEditorStore } from './editor-context'
import { canvasMiddle, focusNode, placeBeside } from './node-element'

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

    function connect(source: string, sourceHandle: string | null | undefined, target: string, targetHandle?: string | null): void {
      store.edit({ do: 'add', nodes: [], edges: [newEdge(source, sourceHandle, target, targetHandle)] })
      desk.say(say('connected', { from: nameOf(source), to: nameOf(target) }))
    }

    return {
      toggleLock: () => toggle(chosenNodes(), 'locked', isLocked),
      toggleDisabled: () => toggle(chosenNodes().filter((node) => node.type !== 'input' && !isRemark(node.type) && !isLocked(node)), 'disabled', (node) => isDisabled(node.config)),
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
        const held = groupsByMember(store.level())
        const ids = chosenNodes().filter((node) => (node.type === 'group' ? !isLocked(node) : held.has(node.id) && !isLocked(held.get(node.id)!))).map((node) => node.id)
        if (ids.length === 0) return
        store.edit(ungroup(store.level(), ids))
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
        const [node, ...others] = chosenNodes()
        if (node && others.length === 0 && !isLocked(node) && node.type !== 'group') desk.ask({ kind: 'replace', nodeId: node.id, at: placeBeside(node.id) })
      },
      /** A name that somebody gave stays; that of the old type becomes that of the new. */
      replace(nodeId: string, type: NodeType): void {
        const node = store.level().nodes.find((one) => one.id === nodeId)
        if (!node) return
        const before = t(`types.${node.type}.name`)
        const named = !node.name.startsWith(before) || !/^( \d+)?$/.test(node.name.slice(before.length))
        store.edit(replaceType(store.level(), nodeId, type, named ? node.name : t(`types.${type}.name`) + node.name.slice(before.length)))
        keepRecentType(type)
        desk.say(say('replaced', { name: node.name, type: t(`types.${type}.name`) }))
      },
      /** By the first handles that fit; by the one that was drawn from, where it is named. */
      connectNodes(source: string, target: string, handle?: { id?: string | null; type: 'source' | 'target' }): void {
        const fits = connectionsOf(store.level(), source, 'out').find(({ edge, other, refused }) => other.id === target && refused === undefined && (!handle?.id || (handle.type === 'source' ? sourceHandleOf(edge) : (edge.targetHandle ?? 'in')) === handle.id))
        if (fits) connect(fits.edge.source, fits.edge.sourceHandle, fits.edge.target, fits.edge.targetHandle)
      },
      connect,
      /** Asks what a node, or else the selected one, is to be joined to. */
      askConnect(way: 'out' | 'into', nodeId: string | undefined = chosenNodes().at(-1)?.id): void {
        if (nodeId !== undefined) desk.ask({ kind: 'connect', way, nodeId, at: placeBeside(nodeId) })
      },
      /** To a neighbour of the node that is selected, or has the focus. */
      go(direction: Direction): void {
        const from = chosenNodes().at(-1)?.id ?? document.activeElement?.closest<HTMLElement>('.react-flow__node')?.dataset.id ?? ''
        const to = neighbourOf(shownGraph(store.level()), from, direction)
        if (!to) return
        store.select([to.id])
        focusNode(to.id)
      },
      switchView(): void {
        desk.show(desk.view.getState().shows === 'canvas' ? 'list' : 'canvas')
        focusNode(chosenNodes().at(-1)?.id)
      },
      disconnect(edgeId: string): void {
        const edge = store.level().edges.find((one) => one.id === edgeId)
        if (!edge) return
        store.edit({ do: 'remove', nodeIds: [], edgeIds: [edgeId] })
        desk.say(say('disconnected', { from: nameOf(edge.source), to: nameOf(edge.target) }))
      },
      /** @param heal closes the line where a node stood in one */
      remove(heal: boolean): void {
        const { edges } = store.view.getState().selected
        const level = store.level()
        // The box of a collapsed group stands for all that is in it.
        const chosen = new Set(chosenNodes().flatMap((node) => (node.type === 'group' && node.config.collapsed === true && !isLocked(node) ? [node, ...membersOf(level, node)] : [node])))
        const nodes = [...chosen].filter((node) => !isLocked(node)).map((node) => node.id)
        if (nodes.length + edges.length === 0) return
        store.edit(heal ? removeHealing(level, nodes, edges) : { do: 'remove', nodeIds: nodes, edgeIds: edges })
        desk.say(say('removed', { count: nodes.length + edges.length }))
      },
    }
  }, [store, desk, t, say, screenToFlowPosition])
}

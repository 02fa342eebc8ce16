'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef } from 'react'
import { toast } from 'sonner'
import { alignNodes, distributeNodes, type Alignment } from '@/domain/graph/align-nodes'
import type { GraphEdit, Point } from '@/domain/graph/graph-edit'
import { editorSize } from '@/components/graph/node-look'
import { arrange } from './arrange'
import { useDesk, useEditorStore } from './editor-context'
import { nowhere } from './editor-desk'
import { useFit } from './use-fit'

const GLIDE_MS = 260
/** More nodes than this are put in place at once: to draw them all in between would only stutter. */
const MOST_GLIDING = 400

/** Tidies up, aligns and distributes; each is one edit, whose nodes glide to their places. */
export function useArrange() {
  const t = useTranslations('editor')
  const say = useTranslations('build.said')
  const store = useEditorStore()
  const desk = useDesk()
  const fit = useFit()
  const running = useRef<AbortController>(null)
  const glide = useGlide()
  useEffect(() => () => running.current?.abort(), [])
  const move = (edit: GraphEdit) => {
    const before = new Map(store.level().nodes.map((node) => [node.id as string, node.position]))
    store.edit(edit)
    glide(before)
  }

  /** Two or more selected: those alone, else all. */
  function tidy(): void {
    running.current?.abort()
    const { signal } = (running.current = new AbortController())
    const level = store.level()
    const { nodes } = store.view.getState().selected
    const only = nodes.length > 1 ? nodes : []
    arrange(level, only, signal).then(
      (positions) => {
        if (signal.aborted || store.level() !== level) return
        move({ do: 'move', positions })
        desk.say(say('arranged', { count: Object.keys(positions).length }))
        if (only.length === 0) fit()
      },
      () => !signal.aborted && toast.error(t('arrangeFailed')),
    )
  }

  return {
    tidy,
    align: (how: Alignment) => move(alignNodes(store.level(), store.view.getState().selected.nodes, how, editorSize)),
    distribute: (axis: 'x' | 'y') => move(distributeNodes(store.level(), store.view.getState().selected.nodes, axis, editorSize)),
  }
}

/** Shows nodes on their way from where they were to where the graph has them. */
function useGlide(): (before: ReadonlyMap<string, Point>) => void {
  const store = useEditorStore()
  const desk = useDesk()
  const frame = useRef(0)
  const end = () => (cancelAnimationFrame(frame.current), desk.glide(nowhere))
  useEffect(() => () => cancelAnimationFrame(frame.current), [])
  return (before) => {
    end()
    const level = store.level()
    const ways = level.nodes.flatMap(({ id, position }) => {
      const from = before.get(id)
      return from && (from.x !== position.x || from.y !== position.y) ? [{ id, from, to: position }] : []
    })
    if (ways.length === 0 || ways.length > MOST_GLIDING || window.matchMedia('(prefers-reduced-motion: reduce)').matches) return
    const begin = performance.now()
    const step = () => {
      const part = Math.min(1, (performance.now() - begin) / GLIDE_MS)
      // Whoever edits meanwhile sees the graph as it is.
      if (part === 1 || store.level() !== level) return end()
      const eased = 1 - (1 - part) ** 3
      desk.glide(Object.fromEntries(ways.map(({ id, from, to }) => [id, { x: from.x + (to.x - from.x) * eased, y: from.y + (to.y - from.y) * eased }])))
      frame.current = requestAnimationFrame(step)
    }
    step()
  }
}

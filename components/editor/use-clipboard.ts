'use client'

import { useReactFlow } from '@xyflow/react'
import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { toast } from 'sonner'
import { MAX_NODES } from '@/domain/graph/graph'
import { copyNodes, pasteNodes } from './clipboard'
import { useDesk, useEditorStore } from './editor-context'
import { canvasBox, focusNode } from './node-element'
import type { Box } from './snap-guides'

/** Copies of nodes, as text that other tabs, and people, can take up. */
export function useClipboard() {
  const t = useTranslations('build')
  const store = useEditorStore()
  const desk = useDesk()
  const { screenToFlowPosition } = useReactFlow()
  return useMemo(() => {
    const selection = () => copyNodes(store.level(), store.view.getState().selected.nodes)

    function sight(): Box | undefined {
      const box = canvasBox()
      if (!box) return undefined
      const { x, y } = screenToFlowPosition({ x: box.left, y: box.top })
      const end = screenToFlowPosition({ x: box.right, y: box.bottom })
      return { x, y, width: end.x - x, height: end.y - y }
    }

    /** Whether the text was one of nodes; if so it is dealt with. */
    function paste(text: string): boolean {
      const pasted = pasteNodes(store.level(), text, sight())
      switch (pasted.kind) {
        case 'nothing':
          return false
        case 'too-many':
          toast.error(t('tooMany', { most: MAX_NODES }))
          return true
        case 'nodes':
          store.edit(pasted.edit)
          store.select(pasted.edit.nodes.map((node) => node.id))
          desk.say(t('said.pasted', { count: pasted.edit.nodes.length }))
          focusNode(pasted.edit.nodes[0]?.id)
          return true
      }
    }

    return {
      /** What is copied, as text; undefined when nothing is selected. */
      selection, paste,
      duplicate(): void {
        const text = selection()
        if (text !== undefined) paste(text)
      },
      copyOut(): void {
        const text = selection()
        if (text !== undefined) navigator.clipboard.writeText(text).then(() => toast.success(t('copiedText')), () => toast.error(t('notCopied')))
      },
      said: (count: number) => desk.say(t('said.copied', { count })),
    }
  }, [store, desk, t, screenToFlowPosition])
}

'use client'

import { useEffect } from 'react'
import { useEditorStore } from './editor-context'
import { useBuild } from './use-build'
import { useClipboard } from './use-clipboard'
import { useZoom } from './use-zoom'
import type { EditorStore } from './editor-store'
import { editorActionOf, type KeyPlace } from './editor-keys'

type Actions = { onRun: () => void; onFind: () => void; onSave: () => void; onPalette: () => void; onTidy: () => void; onReplaceText: () => void }

/** Keys and clipboard of the whole editor; fields keep theirs. */
export function useEditorKeys({ onRun, onFind, onSave, onPalette, onTidy, onReplaceText }: Actions) {
  const store = useEditorStore()
  const build = useBuild()
  const clipboard = useClipboard()
  const zoom = useZoom()
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // Escape that closed a list or a tooltip, Enter that added from the palette: taken already.
      const action = event.defaultPrevented || isBehindDialog() ? undefined : editorActionOf(event, placeOf(event.target))
      if (action === undefined) return
      // React Flow listens for Escape too.
      if (action !== 'deselect') event.preventDefault()
      const acts = { undo: store.undo, redo: store.redo, delete: () => build.remove(false), heal: () => build.remove(true), 'add-next': build.askNext, replace: build.askReplace, group: build.group, ungroup: build.ungroup, lock: build.toggleLock, connect: () => build.askConnect('out'), 'connect-into': () => build.askConnect('into'), 'switch-view': build.switchView, 'go-left': () => build.go('left'), 'go-right': () => build.go('right'), 'go-up': () => build.go('up'), 'go-down': () => build.go('down'), disable: build.toggleDisabled, tidy: onTidy, 'zoom-all': zoom.all, 'zoom-selection': zoom.selection, 'select-all': () => selectAll(store), duplicate: clipboard.duplicate, run: onRun, find: onFind, save: onSave, palette: onPalette, 'replace-text': onReplaceText, deselect: () => store.select([]) }
      acts[action]()
    }
    // React Flow moves a node by every arrow key, Alt or not: what goes on to a neighbour must not get there.
    const onGo = (event: KeyboardEvent) => {
      if (!event.altKey || !event.key.startsWith('Arrow')) return
      onKey(event)
      if (event.defaultPrevented) event.stopPropagation()
    }
    const onCopy = (event: ClipboardEvent) => {
      if (isTyping(event.target) || isBehindDialog() || window.getSelection()?.isCollapsed === false) return
      const text = clipboard.selection()
      if (text === undefined) return
      event.clipboardData?.setData('text/plain', text)
      event.preventDefault()
      if (event.type === 'cut') build.remove(false)
      else clipboard.said(store.view.getState().selected.nodes.length)
    }
    const onPaste = (event: ClipboardEvent) => {
      if (isTyping(event.target) || isBehindDialog()) return
      if (clipboard.paste(event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    window.addEventListener('keydown', onGo, { capture: true })
    window.addEventListener('copy', onCopy)
    window.addEventListener('cut', onCopy)
    window.addEventListener('paste', onPaste)
    return () => {
      window.removeEventListener('keydown', onKey)
      window.removeEventListener('keydown', onGo, { capture: true })
      window.removeEventListener('copy', onCopy)
      window.removeEventListener('cut', onCopy)
      window.removeEventListener('paste', onPaste)
    }
  }, [store, build, clipboard, onRun, onFind, onSave, onPalette, onTidy, onReplaceText, zoom])
  return { remove: () => build.remove(false), heal: () => build.remove(true), duplicate: clipboard.duplicate, copy: clipboard.copyOut, selectAll: () => selectAll(store) }
}

function selectAll(store: EditorStore): void {
  store.select(store.level().nodes.map((node) => node.id))
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
}

function placeOf(target: EventTarget | null): KeyPlace {
  if (isTyping(target)) return 'field'
  return !(target instanceof Element) || target === document.body || target.closest('[data-canvas], [data-row]') ? 'canvas' : 'control'
}

/** An open dialog or menu has the keys. */
function isBehindDialog(): boolean {
  return document.querySelector('[role="dialog"][data-state="open"], [role="alertdialog"][data-state="open"], [role="menu"][data-state="open"], [role="listbox"][data-state="open"]') !== null
}

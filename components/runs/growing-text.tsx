'use client'

import { useTranslations } from 'next-intl'
import { useLayoutEffect, useRef } from 'react'
import { createTextWriter } from './text-writer'

/** Pixels above the end at which a reader is still taken to be there. */
const NEAR_PX = 8

/** A text that may still grow, written outside React: of each frame only what is new. It stays at its end for a reader who is there. */
export function GrowingText({ text, label }: { text: string; label: string }) {
  const t = useTranslations('run')
  if (text === '') return <p className="py-3 text-sm text-muted-foreground">{t('nothingYet')}</p>
  return <Written text={text} label={label} />
}

function Written({ text, label }: { text: string; label: string }) {
  const scroller = useRef<HTMLDivElement>(null)
  const sheet = useRef<HTMLPreElement>(null)
  const write = useRef<(text: string) => void>(undefined)
  const atEnd = useRef(true)
  useLayoutEffect(() => {
    const place = sheet.current
    if (!place) return undefined
    write.current = createTextWriter<Text>({
      begin(piece) {
        const node = document.createTextNode(piece)
        const block = document.createElement('span')
        block.className = 'block'
        block.append(node)
        place.append(block)
        return node
      },
      add: (node, piece) => node.appendData(piece),
      clear: () => place.replaceChildren(),
    })
    return () => place.replaceChildren()
  }, [])
  const first = useRef(true)
  useLayoutEffect(() => {
    const box = scroller.current
    if (!box) return
    write.current?.(text)
    // What was there when it was opened is read from its beginning.
    if (first.current) atEnd.current = isAtEnd(box)
    else if (atEnd.current) box.scrollTop = box.scrollHeight
    first.current = false
  }, [text])
  return (
    <div ref={scroller} role="group" aria-label={label} tabIndex={0} onScroll={(event) => { atEnd.current = isAtEnd(event.currentTarget) }} className="max-h-full overflow-auto rounded-md border bg-muted/50 p-2.5">
      <pre ref={sheet} className="font-mono text-xs leading-5 break-words whitespace-pre-wrap" />
    </div>
  )
}

function isAtEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight <= NEAR_PX
}

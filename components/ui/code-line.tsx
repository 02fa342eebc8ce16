'use client'

import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from './icon-button'

export type CodeLineProps = { code: string; copyLabel: string; copiedLabel: string }

/** A command to copy; long ones wrap, so that all of it can be read. */
export function CodeLine({ code, copyLabel, copiedLabel }: CodeLineProps) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    // Refused without permission or outside a secure context; the text can still be selected by hand.
    await navigator.clipboard.writeText(code).then(
      () => setCopied(true),
      () => undefined,
    )
  }
  return (
    <div className="flex items-start gap-1 rounded-md border bg-muted py-0.5 pr-0.5 pl-2.5">
      <code className="min-w-0 grow py-1 font-mono text-xs break-all whitespace-pre-wrap select-all">{code}</code>
      <IconButton label={copied ? copiedLabel : copyLabel} size="sm" onClick={() => void copy()} onBlur={() => setCopied(false)}>
        {copied ? <Check className="text-state-completed" /> : <Copy />}
      </IconButton>
    </div>
  )
}

'use client'

import { Check, Copy } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState, type ReactNode } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button'

/** A longer text to read and to copy. */
export function CodeBox({ label, text, actions }: { label: string; text: string; /** Buttons beside the one that copies. */ actions?: ReactNode }) {
  const t = useTranslations('exchange')
  const common = useTranslations('common')
  const [copied, setCopied] = useState(false)
  // Refused without permission or outside a secure context; the text can still be selected by hand.
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true), () => toast.error(t('notCopied')))
  return (
    <div className="flex min-h-0 flex-col gap-2">
      <pre tabIndex={0} role="region" aria-label={label} className="max-h-96 min-h-40 overflow-auto rounded-md border bg-muted p-3 font-mono text-xs leading-5">{text}</pre>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={copy} onBlur={() => setCopied(false)}>{copied ? <Check aria-hidden className="text-state-completed" /> : <Copy aria-hidden />} {copied ? common('copied') : common('copy')}</Button>
        {actions}
      </div>
    </div>
  )
}

'use client'

import { Check, Copy, Filter } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { useState, type ReactNode } from 'react'
import { formatMoment } from '@/domain/metric/figures'
import type { LogLineBody } from '@/wire/telemetry'
import { Button } from '@/components/ui/button'
import { runAddress } from './run-address'

/** Narrows the list down to what a line is of. */
export type OnOnly = (change: { component?: string; runId?: string }) => void

/** All that a line says, and where to go from it. */
export function LogDetails({ line, onOnly }: { line: LogLineBody; onOnly: OnOnly }) {
  const t = useTranslations('logs')
  const locale = useLocale()
  const { component, runId, nodeId } = line
  return (
    <div className="flex flex-col gap-2 border-b bg-muted px-3 py-2 text-xs">
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-3 gap-y-1">
        <Fact name={t('at')}><time dateTime={line.at}>{formatMoment(Date.parse(line.at), locale)}</time></Fact>
        <Fact name={t('category')}>{t(`categories.${line.category}`)}</Fact>
        <Fact name={t('component')}>{component}</Fact>
        {runId !== undefined && <Fact name={t('run')}><Link href={runAddress({ runId })} className="font-mono break-all text-brand underline underline-offset-2 hover:no-underline">{runId}</Link></Fact>}
        {nodeId !== undefined && <Fact name={t('step')}>{runId === undefined ? nodeId : <Link href={runAddress(line)} className="font-mono break-all text-brand underline underline-offset-2 hover:no-underline">{nodeId}</Link>}</Fact>}
      </dl>
      {line.data === undefined ? <p className="text-muted-foreground">{t('noData')}</p> : (
        <pre tabIndex={0} role="group" aria-label={t('data')} className="max-h-80 overflow-auto rounded-md border bg-card p-2 font-mono text-2xs break-words whitespace-pre-wrap">{JSON.stringify(line.data, null, 2)}</pre>
      )}
      <div className="flex flex-wrap gap-2">
        <Button size="sm" onClick={() => onOnly({ component })}><Filter aria-hidden /> {t('onlyComponent', { component })}</Button>
        {runId !== undefined && <Button size="sm" onClick={() => onOnly({ runId })}><Filter aria-hidden /> {t('onlyRun')}</Button>}
        <CopyLine line={line} />
      </div>
    </div>
  )
}

function CopyLine({ line }: { line: LogLineBody }) {
  const t = useTranslations('logs')
  const common = useTranslations('common')
  const [copied, setCopied] = useState(false)
  // Refused without permission; the text can still be selected by hand.
  const copy = () => void navigator.clipboard.writeText(JSON.stringify(line)).then(() => setCopied(true), () => undefined)
  return <Button size="sm" onClick={copy} onBlur={() => setCopied(false)}>{copied ? <Check aria-hidden /> : <Copy aria-hidden />} {copied ? common('copied') : t('copyLine')}</Button>
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return <><dt className="text-muted-foreground">{name}</dt><dd className="min-w-0">{children}</dd></>
}

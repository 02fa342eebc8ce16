'use client'

import { useTranslations } from 'next-intl'
import { DOCUMENT_VERSION } from '@/domain/exchange/workflow-document'
import { Notice } from '@/components/ui/notice'
import type { ImportFault } from './read-import'

/** Why nothing can be made of a text, and what to do about it. */
export function FaultNotice({ fault }: { fault: ImportFault }) {
  const t = useTranslations('exchange.fault')
  switch (fault.kind) {
    case 'syntax':
      return <Notice tone="danger" title={t('syntax', { format: fault.format.toUpperCase(), line: fault.line, column: fault.column })}><p className="font-mono text-xs">{fault.message}</p></Notice>
    case 'newer':
      return <Notice tone="danger" title={t('newer', { version: fault.version, known: DOCUMENT_VERSION })}>{t('newerHint')}</Notice>
    case 'shape':
      return (
        <Notice tone="danger" title={t('shape')}>
          <ul className="list-inside list-disc font-mono text-xs">{fault.issues.map(({ path, message }) => <li key={`${path}${message}`}>{path === '' ? message : `${path}: ${message}`}</li>)}</ul>
        </Notice>
      )
    case 'no-graph':
      return <Notice tone="danger" title={t('noGraph', { builder: fault.builder, mode: fault.detail })}>{t('noGraphHint')}</Notice>
    default:
      return <Notice tone="danger" title={t(`${fault.kind}.title`)}>{t(`${fault.kind}.hint`)}</Notice>
  }
}

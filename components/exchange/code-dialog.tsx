'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { exampleInput } from '@/domain/exchange/example-input'
import type { Graph } from '@/domain/graph/graph'
import { runSnippet, SNIPPET_LANGUAGES, type SnippetLanguage } from '@/wire/run-snippets'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { CodeBox } from './code-box'

const LABEL: Record<SnippetLanguage, string> = { curl: 'cURL', typescript: 'TypeScript', python: 'Python' }

/** Programs that run this workflow from outside, with an input as its input node asks for. */
export function CodeDialog({ workflowId, name, graph, onClose }: { workflowId: string; name: string; graph: Graph; onClose: () => void }) {
  const t = useTranslations('exchange')
  const common = useTranslations('common')
  const [language, setLanguage] = useState<SnippetLanguage>('curl')
  const code = runSnippet(language, { baseUrl: window.location.origin, workflowId, input: exampleInput(graph) })
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent size="lg" title={t('codeTitle', { name })} description={t('codeAbout')} closeLabel={common('close')} className="flex flex-col gap-3">
        <SegmentedControl label={t('language')} className="self-start" value={language} onValueChange={setLanguage} segments={SNIPPET_LANGUAGES.map((value) => ({ value, label: LABEL[value] }))} />
        <CodeBox key={language} label={t('codeText', { language: LABEL[language] })} text={code} />
        <p className="text-xs text-muted-foreground">{t(`codeNeeds.${language}`)}</p>
      </DialogContent>
    </Dialog>
  )
}

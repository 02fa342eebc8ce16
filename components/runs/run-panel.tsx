'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Tabs, TabsContent, TabsList, TabsTrigger } from '@/components/ui/tabs'
import { JsonView } from './json-view'
import { RunLogs } from './run-logs'
import { RunMemory } from './run-memory'
import { RunMessages } from './run-messages'
import { useRunStore, useRunView } from './run-context'

/** The run as a whole, while no node is selected. */
export function RunPanel() {
  const t = useTranslations('run')
  const input = useRunView((view) => view.shown.input)
  return (
    <aside aria-label={t('runPanel')} className="flex h-full min-h-0 flex-col bg-card">
      <header className="border-b px-3 py-2">
        <h2 className="text-sm font-semibold">{t('wholeRun')}</h2>
        <p className="text-2xs text-muted-foreground">{t('selectHint')}</p>
      </header>
      <Tabs defaultValue="output" className="min-h-0 flex-1">
        <TabsList label={t('runTabs')}>
          <TabsTrigger value="output">{t('tab.output')}</TabsTrigger>
          <TabsTrigger value="input">{t('tab.input')}</TabsTrigger>
          <TabsTrigger value="memory">{t('tab.memory')}</TabsTrigger>
          <TabsTrigger value="messages">{t('tab.messages')}</TabsTrigger>
          <TabsTrigger value="logs">{t('tab.logs')}</TabsTrigger>
        </TabsList>
        <TabsContent value="output" className="overflow-auto p-3"><RunResult /></TabsContent>
        <TabsContent value="input" className="overflow-auto p-3"><JsonView value={input} label={t('tab.input')} /></TabsContent>
        <TabsContent value="memory" className="overflow-auto p-3"><RunMemory /></TabsContent>
        <TabsContent value="messages" className="overflow-auto p-3"><RunMessages /></TabsContent>
        <TabsContent value="logs" className="p-3"><RunLogs /></TabsContent>
      </Tabs>
    </aside>
  )
}

/** What the run gave; why it gave nothing stands above the canvas. */
function RunResult() {
  const t = useTranslations('run')
  const store = useRunStore()
  const output = useRunView((view) => view.shown.output)
  const failed = useRunView((view) => view.shown.error !== undefined)
  const failedNode = useRunView((view) => view.shown.failedNode)
  if (!failed) return <JsonView value={output} label={t('tab.output')} />
  return (
    <div className="flex flex-col items-start gap-2 py-3">
      <p className="text-sm text-muted-foreground">{t('gaveNothing')}</p>
      {failedNode !== undefined && <Button size="sm" onClick={() => store.select(failedNode)}>{t('showFailed')}</Button>}
    </div>
  )
}

'use client'

import { CalendarClock } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { Tabs, TabsContent, TabsList, TabsTrigger } from '@/components/ui/tabs'
import { HookList } from './hook-list'
import { ScheduleList } from './schedule-list'

/** Opens what starts a workflow by itself: its schedules and webhooks. */
export function TriggersButton({ workflowId }: { workflowId: string }) {
  const t = useTranslations('triggers')
  const common = useTranslations('common')
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}><CalendarClock aria-hidden /> <span className="max-sm:sr-only">{t('button')}</span></Button>
      <Dialog open={open} onOpenChange={setOpen}>
        <DialogContent size="lg" title={t('title')} description={t('description')} closeLabel={common('close')} className="p-0">
          <Tabs defaultValue="schedules">
            <TabsList label={t('title')}>
              <TabsTrigger value="schedules">{t('schedules')}</TabsTrigger>
              <TabsTrigger value="hooks">{t('hooks')}</TabsTrigger>
            </TabsList>
            {/* Both stay: what is typed in one, or a secret that shows only once, outlives a look at the other. */}
            <TabsContent forceMount value="schedules" className="p-4 data-[state=inactive]:hidden"><ScheduleList workflowId={workflowId} /></TabsContent>
            <TabsContent forceMount value="hooks" className="p-4 data-[state=inactive]:hidden"><HookList workflowId={workflowId} /></TabsContent>
          </Tabs>
        </DialogContent>
      </Dialog>
    </>
  )
}

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
      <Button onClick={() => setOpen(true)}><CalendarClock aria-hidden /> {t('button')}</Button>
      <Dialog open={open} onOpenChange={setOpen}>
        <DialogContent size="lg" title={t('title')} description={t('description')} closeLabel={common('close')} className="p-0">
          <Tabs defaultValue="schedules">
            <TabsList label={t('title')}>
              <TabsTrigger value="schedules">{t('schedules')}</TabsTrigger>
              <TabsTrigger value="hooks">{t('hooks')}</TabsTrigger>
            </TabsList>
            <TabsContent value="schedules" className="p-4"><ScheduleList workflowId={workflowId} /></TabsContent>
            <TabsContent value="hooks" className="p-4"><HookList workflowId={workflowId} /></TabsContent>
          </Tabs>
        </DialogContent>
      </Dialog>
    </>
  )
}

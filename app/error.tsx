'use client'

import { TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const t = useTranslations('shell.error')
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <h1 className="sr-only">{t('title')}</h1>
      <EmptyState
        icon={<TriangleAlert />}
        title={t('title')}
        description={<>{t('body')}{error.digest !== undefined && <> {t('reference', { digest: error.digest })}</>}</>}
        action={<Button variant="primary" onClick={reset}>{t('retry')}</Button>}
      />
    </main>
  )
}

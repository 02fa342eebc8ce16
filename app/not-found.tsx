import { Compass } from 'lucide-react'
import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

export async function generateMetadata() {
  return { title: (await getTranslations('shell.notFound'))('pageTitle') }
}

export default async function NotFound() {
  const t = await getTranslations('shell.notFound')
  return (
    <main className="flex min-h-dvh items-center justify-center">
      <h1 className="sr-only">{t('title')}</h1>
      <EmptyState icon={<Compass />} title={t('title')} description={t('body')} action={<Button asChild variant="primary"><Link href="/workflows">{t('home')}</Link></Button>} />
    </main>
  )
}

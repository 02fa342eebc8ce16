import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { FleetPage } from '@/components/fleet/fleet-page'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('fleet'))('title') }
}

export default function Page() {
  return <FleetPage />
}

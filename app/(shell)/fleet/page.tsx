import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { FleetPage } from '@/components/fleet/fleet-page'
import { callOfAddress } from '@/components/fleet/call-address'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('fleet'))('title') }
}

export default async function Page({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  return <FleetPage call={callOfAddress(await searchParams)} />
}

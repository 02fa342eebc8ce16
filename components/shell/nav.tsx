'use client'

import { Activity, ScrollText, Server, Settings, Workflow } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { cn } from '@/components/ui/cn'

const places = [
  { name: 'workflows', href: '/workflows', icon: Workflow },
  { name: 'runs', href: '/runs', icon: Activity },
  { name: 'fleet', href: '/fleet', icon: Server },
  { name: 'logs', href: '/logs', icon: ScrollText },
  { name: 'settings', href: '/settings', icon: Settings },
] as const

/** A rail at the left; on a phone a bar at the foot. */
export function Nav() {
  const t = useTranslations('shell')
  const path = usePathname()
  return (
    <nav aria-label={t('navigation')} className="flex min-w-0 grow justify-around gap-1 md:flex-col md:justify-start">
      {places.map(({ name, href, icon: Icon }) => {
        const here = path === href || path.startsWith(`${href}/`)
        return (
          <Link
            key={name}
            href={href}
            aria-current={here ? 'page' : undefined}
            className={cn(
              'flex flex-col items-center gap-0.5 rounded-md px-1 py-1.5 text-2xs font-medium transition-colors',
              here ? 'bg-brand-soft text-brand' : 'text-muted-foreground hover:bg-accent hover:text-foreground',
            )}
          >
            <Icon aria-hidden className="size-4.5" />
            <span className="max-w-full truncate">{t(`nav.${name}`)}</span>
          </Link>
        )
      })}
    </nav>
  )
}

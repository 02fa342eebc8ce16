'use client'

import { Activity, Bell, ChartLine, ScrollText, Server, Settings, Workflow } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { isFiring, useOpenAlerts } from '@/components/live/use-open-alerts'
import { cn } from '@/components/ui/cn'

const places = [
  { name: 'workflows', href: '/workflows', icon: Workflow },
  { name: 'runs', href: '/runs', icon: Activity },
  { name: 'metrics', href: '/charts', icon: ChartLine },
  { name: 'fleet', href: '/fleet', icon: Server },
  { name: 'alerts', href: '/alerts', icon: Bell },
  { name: 'logs', href: '/logs', icon: ScrollText },
  { name: 'settings', href: '/settings', icon: Settings },
] as const

/** A rail at the left; on a phone a bar at the foot. */
export function Nav() {
  const t = useTranslations('shell')
  const path = usePathname()
  // The server would make all these pages while it serves the one that was asked for: they are fetched when a hand or the focus comes near.
  const [near, comeNear] = useState(false)
  return (
    <nav aria-label={t('navigation')} onPointerEnter={() => comeNear(true)} onFocus={() => comeNear(true)} className="flex min-w-0 grow justify-around gap-1 md:flex-col md:justify-start">
      {places.map(({ name, href, icon: Icon }) => {
        const here = path === href || path.startsWith(`${href}/`)
        return (
          <Link
            key={name}
            href={href}
            prefetch={near ? null : false}
            aria-current={here ? 'page' : undefined}
            className={cn(
              'flex flex-col items-center gap-0.5 rounded-md px-1 py-1.5 text-2xs font-medium transition-colors',
              here ? 'bg-brand-soft text-brand' : 'text-muted-foreground hover:bg-accent hover:text-foreground',
            )}
          >
            <span className="relative"><Icon aria-hidden className="size-4.5" />{name === 'alerts' && <FiringCount />}</span>
            <span className="max-w-full truncate">{t(`nav.${name}`)}</span>
          </Link>
        )
      })}
    </nav>
  )
}

/** How many alerts fire, beside the bell. Those that nobody is to be told of are left out. */
function FiringCount() {
  const t = useTranslations('shell')
  const count = useOpenAlerts()?.filter((alert) => isFiring(alert) && alert.silencedUntil === null).length ?? 0
  if (count === 0) return null
  return (
    <span className="absolute -top-1.5 left-2.5 min-w-4 rounded-full bg-destructive px-1 text-center text-2xs leading-4 whitespace-nowrap font-semibold text-destructive-foreground">
      <span aria-hidden>{count > 99 ? '99+' : count}</span>
      <span className="sr-only">{t('alertsFiring', { count })}</span>
    </span>
  )
}

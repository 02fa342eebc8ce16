import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { ConnectionDot } from '@/components/shell/connection-dot'
import { FleetBanner } from '@/components/shell/fleet-banner'
import { appContext, localActor } from '@/server/boot/app-context'
import { Nav } from '@/components/shell/nav'
import { PreferencesMenu } from '@/components/shell/preferences-menu'

/** The frame around every page: the window is filled once, and pages scroll inside it. */
export default async function ShellLayout({ children }: { children: ReactNode }) {
  const t = await getTranslations('shell')
  const common = await getTranslations('common')
  // With the page itself: a banner that came later would push the canvas from under the hand.
  const fleet = appContext().useCases.telemetry.fleet(localActor)
  return (
    <div className="flex h-dvh flex-col-reverse md:flex-row print:block print:h-auto">
      <a href="#content" className="sr-only z-50 rounded-md bg-primary px-3 py-1.5 text-primary-foreground focus:not-sr-only focus:absolute focus:top-2 focus:left-2">{t('skipToContent')}</a>
      <header className="flex shrink-0 print:hidden! items-center gap-1 border-t bg-card p-1.5 md:w-20 md:flex-col md:border-t-0 md:border-r">
        <Link href="/workflows" prefetch={false} aria-label={t('home')} className="hidden items-center justify-center py-2 md:flex">
          {/* A picture that changes with nothing: an <img> is enough. */}
          <img src="/heddle.svg" alt={common('appName')} width={26} height={26} />
        </Link>
        <Nav />
        <div className="flex items-center gap-2 md:flex-col">
          <ConnectionDot />
          <PreferencesMenu />
        </div>
      </header>
      <div className="flex min-h-0 min-w-0 grow flex-col print:block">
        <div className="contents print:hidden"><FleetBanner initial={fleet} /></div>
        <main id="content" tabIndex={-1} className="relative min-h-0 min-w-0 grow overflow-y-auto outline-none print:overflow-visible">{children}</main>
      </div>
    </div>
  )
}

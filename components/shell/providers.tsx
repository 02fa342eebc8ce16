'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { ThemeProvider, useTheme } from 'next-themes'
import { useState, type ReactNode } from 'react'
import { ProblemError } from '@/components/live/problem-error'
import { Toaster } from '@/components/ui/toast'
import { TooltipProvider } from '@/components/ui/tooltip'
import { useThemeAtOnce } from './theme-at-once'

const MAX_RETRIES = 2

/** A refusal stays one however often it is asked again; a server that is away or stumbles may come back. */
function mayRetry(failures: number, error: Error): boolean {
  return failures < MAX_RETRIES && (!(error instanceof ProblemError) || error.status === 0 || error.status >= 500)
}

/** What every page stands on: theme, queries, tooltips, toasts. */
export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: mayRetry, refetchOnWindowFocus: false, staleTime: 5_000 } } }))
  return (
    <ThemeProvider attribute="class" defaultTheme="system" enableSystem>
      <QueryClientProvider client={client}>
        <TooltipProvider>{children}</TooltipProvider>
        <ThemedToaster />
      </QueryClientProvider>
    </ThemeProvider>
  )
}

function ThemedToaster() {
  const { theme } = useTheme()
  useThemeAtOnce()
  const t = useTranslations('shell')
  const common = useTranslations('common')
  return <Toaster theme={theme === 'light' || theme === 'dark' ? theme : 'system'} label={t('toasts')} closeLabel={common('dismiss')} />
}

'use client'

import { useEffect, useState } from 'react'
import type { AlertBody, OpenAlertsEvent } from '@/wire/alerts'
import { subscribeTopic } from './live-connection'

/** All that is not well, as of the server's newest look; undefined until it has said so. */
export function useOpenAlerts(): readonly AlertBody[] | undefined {
  const [open, setOpen] = useState<readonly AlertBody[]>()
  useEffect(() => subscribeTopic('alerts', { onEvents: (events) => setOpen((events.at(-1) as OpenAlertsEvent).open) }).stop, [])
  return open
}

/** One that a person should look at: also while it waits to see whether all stays well. */
export function isFiring({ status }: AlertBody): boolean {
  return status === 'firing' || status === 'recovering'
}

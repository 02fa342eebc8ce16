'use client'

import { useSyncExternalStore } from 'react'
import { connectionState, watchConnection, type ConnectionState } from './live-connection'

/** Whether the page hears the server right now. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(watchConnection, connectionState, () => 'connecting')
}

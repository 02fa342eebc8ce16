import type { LogLevel } from './log-filter'

export const levelColour: Record<LogLevel, string> = {
  DEBUG: 'text-muted-foreground', INFO: 'text-state-running', WARNING: 'text-state-waiting', ERROR: 'text-state-failed', CRITICAL: 'text-state-failed font-semibold',
}

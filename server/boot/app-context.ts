import type { Logger } from '@/server/ports/log-store'
import type { UseCases } from './use-cases'

export { localActor, type Actor } from '@/server/usecases/actor'

export type AppContext = { useCases: UseCases; logger: Logger }

// Next bundles the route handlers apart from the server, so a variable of this module would exist twice.
const KEY = Symbol.for('heddle.app-context')
type Holder = { [KEY]?: AppContext }

export function provideAppContext(context: AppContext): void {
  ;(globalThis as Holder)[KEY] = context
}

/** @throws when the pages were started without Heddle's own server (`next start`) */
export function appContext(): AppContext {
  const context = (globalThis as Holder)[KEY]
  if (!context) throw new Error('Start Heddle with npm start: the pages do not run by themselves')
  return context
}

/** Who asks. Until there is sign-in, whoever can reach the loopback address is the person at this machine. */
export type Actor = { kind: 'local' } | TriggerActor
/** A schedule or a webhook that a person allowed to start runs. */
type TriggerActor = { kind: 'trigger' }
export const triggerActor: Actor = { kind: 'trigger' }
export const localActor: Actor = { kind: 'local' }

export type Permission = 'workflows.read' | 'workflows.write' | 'runs.read' | 'runs.write' | 'runs.answer' | 'server.read' | 'server.write' | 'alerts.read' | 'alerts.write'

/** Every use case begins here, so that sign-in has one place to refuse. */
export function authorise(actor: Actor, permission: Permission): void {
  switch (actor.kind) {
    case 'local':
      return
    case 'trigger':
      if (permission !== 'runs.write') throw new Error(`A trigger may start runs, and nothing else: ${permission}`)
  }
}

/** How the actor is named in the log. */
export function nameOf(actor: Actor): string {
  return actor.kind
}

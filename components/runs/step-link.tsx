'use client'

import { useRunStore, useRunView } from './run-context'

/** A step by its node's name, or inside a map by its key; opens it. */
export function StepLink({ stepKey }: { stepKey: string }) {
  const store = useRunStore()
  const name = useRunView((view) => view.graph?.nodes.find((node) => node.id === stepKey)?.name)
  return <button type="button" className="max-w-full truncate rounded-sm text-left font-medium underline-offset-2 hover:underline" onClick={() => store.select(stepKey)}>{name ?? stepKey}</button>
}

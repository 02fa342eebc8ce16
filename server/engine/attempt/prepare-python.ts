import type { TypedNode } from '@/domain/graph/node-types'
import type { Json } from '@/domain/json'
import type { StepScope } from '@/domain/run/scope'
import type { AttemptDeps, Prepared } from './prepared'

type PythonNode = Extract<TypedNode, { type: 'python' }>

/** How much later than the engine the runner ends an attempt of its own accord. */
const GRACE_MS = 1_000

/** The code is no template: values reach it as variables, never as text. The log keeps how far it was shut in. */
export function preparePython({ python }: AttemptDeps, { config }: PythonNode, scope: StepScope, given: Json): Prepared {
  return {
    input: { value: given, isolation: python.report().level, ...(config.packages?.length && { packages: config.packages }) },
    run: async (signal, onText) => {
      const { output, stdout, stderr } = await python.run(
        { code: config.code, packages: config.packages ?? [], scope, ...(config.timeoutMs !== undefined && { wallMs: config.timeoutMs + GRACE_MS }) },
        { signal, onText },
      )
      return { output: { output, stdout, stderr } }
    },
  }
}

import { z } from 'zod'
import { Needed, Text } from './config-text'
import { said } from './field-fault'

/** CSS, or another kind that Playwright knows: `text=Sign in`, `role=button[name="Go"]`. A template, as all texts here. */
const selector = Needed.max(2_000)
/** The name under which the output holds what was read. */
const as = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, said.BAD_NAME)

export const BrowserAction = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('goto'), url: Needed }),
  z.strictObject({ do: z.literal('click'), selector }),
  z.strictObject({ do: z.literal('fill'), selector, value: Text.default('') }),
  z.strictObject({ do: z.literal('wait'), selector }),
  z.strictObject({ do: z.literal('text'), selector, as }),
  z.strictObject({ do: z.literal('attribute'), selector, name: Needed.max(200), as }),
  z.strictObject({ do: z.literal('screenshot'), as }),
])
export type BrowserAction = z.infer<typeof BrowserAction>
export const BROWSER_ACTIONS = ['click', 'fill', 'wait', 'text', 'attribute', 'screenshot', 'goto'] as const satisfies readonly BrowserAction['do'][]

/** A log is no album. */
const MAX_SCREENSHOTS = 3

export const BrowserActions = z.array(BrowserAction).max(50).superRefine((actions, context) => {
  const taken = actions.flatMap((action, index) => (action.do === 'screenshot' ? [index] : []))
  if (taken.length > MAX_SCREENSHOTS) context.addIssue({ code: 'custom', path: [taken[MAX_SCREENSHOTS]!], message: said.TOO_MANY_PICTURES })
})

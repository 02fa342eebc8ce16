import type { BrowserAction } from '@/domain/graph/browser-actions'
import type { TypedNode } from '@/domain/graph/node-types'
import type { Json } from '@/domain/json'
import type { StepScope } from '@/domain/run/scope'
import type { BrowserAct } from '@/server/ports/browser-runner'
import type { AttemptDeps, Prepared } from './prepared'

type BrowserNode = Extract<TypedNode, { type: 'browser' }>

/** How much later than the engine the runner ends an attempt of its own accord. */
const GRACE_MS = 1_000

export async function prepareBrowser({ templates, browser }: AttemptDeps, { config }: BrowserNode, scope: StepScope): Promise<Prepared> {
  const render = (text: string) => templates.render(text, scope)
  const url = await render(config.url)
  const actions = await Promise.all((config.actions ?? []).map((action) => rendered(action, render)))
  return {
    // What is typed may be secret: the log keeps where, not what.
    input: { url, actions: actions.map((act): Json => (act.do === 'fill' ? { do: act.do, selector: act.selector } : act)) },
    run: async (signal) => ({ output: { ...(await browser.run({ url, actions, ...(config.timeoutMs !== undefined && { wallMs: config.timeoutMs + GRACE_MS }) }, signal)) } }),
  }
}

async function rendered(action: BrowserAction, render: (text: string) => Promise<string>): Promise<BrowserAct> {
  if (action.do === 'goto') return { do: 'goto', url: await render(action.url) }
  if (action.do === 'screenshot') return action
  const selector = await render(action.selector)
  if (action.do === 'fill') return { do: 'fill', selector, value: await render(action.value) }
  return { ...action, selector }
}

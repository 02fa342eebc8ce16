import type { NoticeBody } from '@/domain/alert/alert-notice'
import { unreachable } from '@/domain/error'

const colours = { info: '#2563eb', warning: '#d97706', critical: '#dc2626' } as const
const RESOLVED = '#16a34a'

type Field = { title: string; value: string; short: true }
type SlackMessage = { text: string; attachments: { color: string; fallback: string; fields: Field[]; ts: number }[] }

/**
 * A notice as Slack's incoming webhooks take it; Mattermost, Rocket.Chat and Discord's `/slack` address do too.
 * English: a server does not know its readers' language.
 * @see https://api.slack.com/messaging/webhooks
 */
export function slackMessage({ type, timestamp, data }: NoticeBody): SlackMessage {
  const { ruleName, severity, unit, is, threshold, value, windowMs } = data
  const text = `${headOf(type)}: ${escaped(ruleName)} · ${subjectOf(data)}`
  const short = (title: string, said: string): Field => ({ title, value: said, short: true })
  return {
    text,
    attachments: [{
      color: type === 'alert.resolved' ? RESOLVED : colours[severity], fallback: text,
      fields: [...(data.run ? [short('Run', runOf(data.run))] : []), short('Value', value === null ? 'no data' : valueOf(value, unit)), short('Condition', `${is} ${valueOf(threshold, unit)} over ${valueOf(windowMs, 'ms')}`), short('Severity', severity), short('Metric', data.metric)],
      ts: Math.floor(Date.parse(timestamp) / 1_000),
    }],
  }
}

function headOf(type: NoticeBody['type']): string {
  switch (type) {
    case 'alert.firing': return 'Firing'
    case 'alert.resolved': return 'Resolved'
    case 'alert.test': return 'Test'
    default: return unreachable(type)
  }
}

function subjectOf({ subject, workflowId, nodeId, workflowName, nodeName }: NoticeBody['data']): string {
  if (workflowId === undefined) return subject === 'server' ? 'the server' : 'the fleet'
  const workflow = escaped(workflowName ?? workflowId)
  return nodeId === undefined ? `workflow ${workflow}` : `agent ${escaped(nodeName ?? nodeId)} of workflow ${workflow}`
}

function runOf({ id, url, path, step }: NonNullable<NoticeBody['data']['run']>): string {
  const text = escaped(step === undefined ? id : `${id}, step ${step}`)
  return url === undefined ? `${text} at ${escaped(path)}` : `<${escaped(url)}|${text}>`
}

function valueOf(value: number, unit: NoticeBody['data']['unit']): string {
  switch (unit) {
    case 'share': return `${Number((value * 100).toFixed(1))} %`
    case 'ms': return value >= 60_000 ? `${Number((value / 60_000).toFixed(1))} min` : value >= 1_000 ? `${Number((value / 1_000).toFixed(2))} s` : `${Number(value.toFixed(0))} ms`
    case 'count': return String(Number(value.toFixed(2)))
    default: return unreachable(unit)
  }
}

/** Slack's three control characters: a name must not become a mention or a link. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

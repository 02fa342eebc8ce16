import type { useTranslations } from 'next-intl'
import type { FieldFaultCode } from '@/domain/graph/field-fault'
import type { TextFault, TextFaultCode } from '@/domain/graph/text-fault'
import type { GraphIssue } from '@/domain/graph/validate'

type Words = ReturnType<typeof useTranslations<'editor'>>

/** What is wrong, in the reader's language. */
export function issueText(issue: GraphIssue, t: Words): string {
  const params = issue.params ?? {}
  switch (issue.code) {
    case 'FIELD':
      return t('issue.FIELD', { name: params.name ?? '', field: fieldLabel(params.path ?? '', t), message: faultText(issue, t) })
    case 'SYNTAX':
      return t('issue.SYNTAX', { name: params.name ?? '', field: fieldLabel(params.path ?? '', t), place: placeText(issue, t), message: textFaultText(faultOf(issue), t) })
    // Without a node or an edge it is about the edge under the hand.
    case 'CYCLE':
      return t(issue.nodeId === undefined ? 'issue.CYCLE_EDGE' : 'issue.CYCLE', params)
    case 'NESTED':
      return t('issue.NESTED', { ...params, ...(issue.inner && { message: issueText(issue.inner, t) }) })
    default:
      return t(`issue.${issue.code}`, params)
  }
}

/** The same for the node's own form: a field's fault stands at the field, whose name need not be said again. */
export function atItsField(issue: GraphIssue, t: Words): GraphIssue {
  switch (issue.code) {
    case 'FIELD':
      return { ...issue, message: faultText(issue, t) }
    case 'SYNTAX':
      return { ...issue, message: t('issue.AT', { place: placeText(issue, t), message: textFaultText(faultOf(issue), t) }) }
    // A map's body has no field in the form: what is wrong in it stands above all fields.
    case 'NESTED':
      return { ...issue, path: '', message: issueText(issue, t) }
    default:
      return { ...issue, message: issueText(issue, t) }
  }
}

/** What is wrong within a template or an expression. */
export function textFaultText({ code, params }: Pick<TextFault, 'code' | 'params'>, t: Words): string {
  return t(`issue.text.${code}`, params)
}

function faultOf({ params = {} }: GraphIssue): Pick<TextFault, 'code' | 'params'> {
  return { code: params.fault as TextFaultCode, params }
}

function placeText({ params = {} }: GraphIssue, t: Words): string {
  return t('issue.PLACE', { line: params.line ?? '', column: params.column ?? '' })
}

function faultText({ params, message }: GraphIssue, t: Words): string {
  // What is not even a graph was not looked at node by node.
  if (params?.fault === undefined) return message
  const { limit } = params
  return t(`issue.field.${params.fault as FieldFaultCode}`, { ...params, limit: Number(limit) })
}

/** Where the forms keep the labels of fields. */
const LABELS: readonly ((part: string) => string)[] = [
  (part) => `forms.field.${part}`, (part) => `forms.retryField.${part}`, (part) => `forms.browser.${part}`, (part) => `forms.memory.${part}`, (part) => (part === 'actions' ? 'forms.browser.title' : `forms.${part}.title`), (part) => `forms.${part}`,
]

/** The way to a field in the words of its form; entries of a list count from 1, as they do there. */
function fieldLabel(path: string, t: Words): string {
  // How a tool is carried out stands beside its name, without a heading of its own.
  return path.split('.').filter((part) => part !== 'run').map((part) => {
    if (/^\d+$/.test(part)) return String(Number(part) + 1)
    // A path comes from a schema: not every field of one has a label.
    const key = LABELS.map((label) => label(part)).find((one) => t.has(one as 'forms.field.prompt'))
    return key === undefined ? part : t(key as 'forms.field.prompt')
  }).join(' › ')
}

import type { useTranslations } from 'next-intl'
import type { GraphIssue } from '@/domain/graph/validate'

type Words = ReturnType<typeof useTranslations<'editor'>>

/** What is wrong, in the reader's language. */
export function issueText(issue: GraphIssue, t: Words): string {
  const params = issue.params ?? {}
  switch (issue.code) {
    case 'FIELD':
      return t('issue.FIELD', { name: params.name ?? '', field: fieldLabel(params.path ?? '', t), message: faultText(issue, t) })
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
    // A map's body has no field in the form: what is wrong in it stands above all fields.
    case 'NESTED':
      return { ...issue, path: '', message: issueText(issue, t) }
    default:
      return { ...issue, message: issueText(issue, t) }
  }
}

/** Ours are translated; what a schema says by itself stays as it is. */
function faultText({ params }: GraphIssue, t: Words): string {
  const message = params?.message ?? ''
  // A new node's config is empty: to its schema a field that nobody filled in yet is of the wrong type.
  if (message === 'Fill this in' || message.endsWith('received undefined')) return t('run.missing')
  if (message.startsWith('Letters, digits')) return t('issue.BAD_KEY')
  return message === 'At most 1,000,000 characters' ? t('issue.TOO_LONG') : message
}

function fieldLabel(path: string, t: Words): string {
  const [field = '', ...rest] = path.split('.')
  const key = `forms.field.${field}`
  // A path comes from a schema: not every field of one has a label.
  const label = t.has(key as 'forms.field.prompt') ? t(key as 'forms.field.prompt') : field
  return [label, ...rest].join(' › ')
}

'use client'

import { RefreshCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { Json } from '@/domain/json'
import { isTemplate } from '@/domain/graph/references'
import type { McpToolsBody } from '@/wire/mcp'
import { asProblem } from '@/components/live/problem-error'
import { sentencesOf, useProblemWords } from '@/components/live/problem-words'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { useMcpTools } from '../editor-queries'
import { InsteadOf } from './instead-of'
import { fieldsOfSchema, isRecord } from './schema-fields'

export type McpTool = McpToolsBody['tools'][number]
type Props = { url: string; headers: Json | undefined; value: string; hint: string; error: string | undefined; required?: boolean; onChange: (name: string) => void; /** One was chosen from the list. */ onChoose: (tool: McpTool) => void }

/** The name of a tool, typed or chosen from what the server lists, with what it takes. */
export function McpToolField({ url, headers, value, hint, error, required = false, onChange, onChoose }: Props) {
  const words = useProblemWords()
  const t = useTranslations('editor.forms')
  const asking = useMcpTools()
  // What another server answered is no list of this one.
  const tools = asking.variables?.url === url ? asking.data?.tools : undefined
  const chosen = tools?.find(({ name }) => name === value)
  const choose = (name: string) => {
    const tool = tools?.find((one) => one.name === name)
    if (tool) onChoose(tool)
  }
  // Whoever edits knows the values of a run as little as this page does.
  const asks = URL.canParse(url) && !isTemplate(url) && !isTemplate(JSON.stringify(headers ?? {}))
  return (
    <div className="flex flex-col gap-1.5">
      <Field label={t('field.tool')} hint={hint} error={error} required={required}>{(control) => <Input {...control} className="font-mono text-xs" value={value} onChange={(event) => onChange(event.target.value)} />}</Field>
      <div className="flex items-center gap-2">
        <Button size="sm" disabled={!asks || asking.isPending} title={asks ? undefined : t('mcp.plainOnly')} onClick={() => asking.mutate({ url, headers: textsOf(headers) })}><RefreshCw aria-hidden className="size-3.5" /> {t('mcp.list')}</Button>
        {tools && tools.length > 0 && (
          <Select
            aria-label={t('mcp.choose')} className="min-w-0 flex-1" placeholder={t('mcp.choose')} value={chosen ? value : ''} options={tools.map(({ name, description }) => ({ value: name, label: name, description }))}
            onValueChange={choose}
          />
        )}
      </div>
      <div role="status" className="text-xs">
        {asking.error && <p className="break-words text-state-failed">{sentencesOf(words(asProblem(asking.error)))}</p>}
        {tools?.length === 0 && <p className="text-muted-foreground">{t('mcp.none')}</p>}
      </div>
      {tools && tools.length > 0 && value.trim() !== '' && !chosen && <InsteadOf wanted={value} names={tools.map(({ name }) => name)} warning={t('mcp.unknown', { name: value })} onChoose={choose} />}
      {chosen && <Takes tool={chosen} />}
    </div>
  )
}

/** The arguments of the tool, as its server tells them. */
function Takes({ tool: { description, inputSchema } }: { tool: McpTool }) {
  const t = useTranslations('editor.forms')
  const fields = fieldsOfSchema(inputSchema) ?? []
  return (
    <div className="rounded-md border border-dashed bg-muted/40 p-2 text-xs">
      {description !== '' && <p className="pb-1">{description}</p>}
      <p className="text-muted-foreground">{t(fields.length === 0 ? 'mcp.takesNothing' : 'mcp.takes')}</p>
      <ul>{fields.map(({ name, kind, required, description: about }) => <li key={name}><code className="font-mono">{name}{required ? '' : '?'}: {kind}</code>{about && <> – {about}</>}</li>)}</ul>
    </div>
  )
}

/** CEL that takes each argument from what the run was given, to begin with. */
export function argumentsFor({ inputSchema }: McpTool): string {
  return `{${(fieldsOfSchema(inputSchema) ?? []).map(({ name }) => `${JSON.stringify(name)}: ${/^[A-Za-z_]\w*$/.test(name) ? `input.${name}` : `input[${JSON.stringify(name)}]`}`).join(', ')}}`
}

function textsOf(headers: Json | undefined): Record<string, string> {
  return isRecord(headers) ? Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))) : {}
}

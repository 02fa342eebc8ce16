'use client'

import { KeyRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { Json } from '@/domain/json'
import type { HookWithSecret } from '@/wire/triggers'
import { Button } from '@/components/ui/button'
import { CodeLine } from '@/components/ui/code-line'
import { Notice } from '@/components/ui/notice'

/** The address of a webhook, as this page reaches the server. */
export function urlOf(hookId: string): string {
  return `${window.location.origin}/api/hooks/${hookId}`
}

/** A call to try it with. Without a secret: with the place where it goes. */
export function curlOf(hookId: string, input: Json, secret = '$SECRET'): string {
  // A quote within single quotes of a shell: end them, write it, begin them again.
  const body = JSON.stringify(input).replaceAll("'", `'\\''`)
  return `curl -X POST '${urlOf(hookId)}' -H "authorization: Bearer ${secret}" -H 'content-type: application/json' -d '${body}'`
}

/** What is shown once: the secret, the key for signatures, and a call that uses it. */
export function HookSecret({ hook, input, onClose }: { hook: HookWithSecret; /** One that the workflow takes. */ input: Json; onClose: () => void }) {
  const t = useTranslations('triggers.hook')
  const common = useTranslations('common')
  const copy = { copyLabel: common('copy'), copiedLabel: common('copied') }
  return (
    <Notice tone="warning" icon={<KeyRound />} title={t('secretTitle', { name: hook.name })}>
      <p className="text-muted-foreground">{t('secretOnce')}</p>
      <dl className="mt-2 flex flex-col gap-2 text-xs">
        <div><dt className="mb-0.5 font-medium">{t('secret')}</dt><dd><CodeLine code={hook.secret} {...copy} /></dd></div>
        <div><dt className="mb-0.5 font-medium">{t('signingKey')}</dt><dd><CodeLine code={hook.signingKey} {...copy} /><p className="mt-0.5 text-muted-foreground">{t('signingHint')}</p></dd></div>
        <div><dt className="mb-0.5 font-medium">{t('curl')}</dt><dd><CodeLine code={curlOf(hook.id, input, hook.secret)} {...copy} /></dd></div>
      </dl>
      <div className="mt-2 flex justify-end"><Button size="sm" autoFocus onClick={onClose}>{t('secretKept')}</Button></div>
    </Notice>
  )
}

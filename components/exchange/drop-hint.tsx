import { FileUp } from 'lucide-react'
import { useTranslations } from 'next-intl'

/** Over the page while a file hangs over it: that it is taken, and what comes of it. */
export function DropHint() {
  const t = useTranslations('exchange')
  return (
    <div aria-hidden data-testid="drop-hint" className="pointer-events-none fixed inset-2 z-50 flex items-center justify-center rounded-xl border-2 border-dashed border-primary bg-background/85">
      <p className="flex items-center gap-2 text-lg font-medium"><FileUp className="size-6 text-brand" /> {t('dropHere')}</p>
    </div>
  )
}

import Markdown from 'markdown-to-jsx/react'

/** Links lead out, pictures are named but not fetched: opening a workflow calls nobody. No HTML is read. */
const OPTIONS = {
  disableParsingRawHTML: true,
  forceBlock: true,
  overrides: {
    a: { props: { target: '_blank', rel: 'noopener noreferrer nofollow', className: 'nodrag underline underline-offset-2' } },
    img: ({ alt, src }: { alt?: string; src?: string }) => <span>[{alt || src}]</span>,
    h1: { props: { className: 'text-base font-semibold' } },
    h2: { props: { className: 'text-sm font-semibold' } },
    h3: { props: { className: 'font-semibold' } },
    ul: { props: { className: 'list-disc pl-4' } },
    ol: { props: { className: 'list-decimal pl-4' } },
    code: { props: { className: 'font-mono text-2xs' } },
    pre: { props: { className: 'overflow-x-auto rounded-sm bg-card p-1' } },
    table: { props: { className: 'border-collapse [&_td]:border [&_td]:px-1 [&_th]:border [&_th]:px-1' } },
  },
} as const

/** A note on the canvas, as Markdown; it does nothing. */
export function NoteBody({ text }: { text: string }) {
  return <div className="flex size-full flex-col gap-1 overflow-auto rounded-md border border-state-waiting-border bg-state-waiting-soft p-2 text-xs break-words"><Markdown options={OPTIONS}>{text}</Markdown></div>
}

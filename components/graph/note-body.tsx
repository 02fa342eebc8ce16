/** A note on the canvas; it does nothing. */
export function NoteBody({ text }: { text: string }) {
  return <div className="size-full overflow-hidden rounded-md border border-state-waiting-border bg-state-waiting-soft p-2 text-xs break-words whitespace-pre-wrap">{text}</div>
}

/**
 * What a control without text of its own must carry, so that a screen reader can name it.
 * `id` is enough only where a `<Label htmlFor>` or a `<Field>` names it.
 */
export type AccessibleName = { 'aria-label': string } | { 'aria-labelledby': string } | { id: string }

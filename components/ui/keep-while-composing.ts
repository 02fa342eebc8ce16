/** For what Escape closes: it first gives up a syllable that is still being composed. */
export function keepWhileComposing(event: KeyboardEvent): void {
  if (event.isComposing) event.preventDefault()
}

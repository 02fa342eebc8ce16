/** Frames until the form of a node that was just gone to is drawn. */
const MOST_FRAMES = 60

/**
 * Brings the field that says so into sight, and the keyboard into it, once its form is there.
 * @param message what stands below the field
 */
export function showField(message: string, frames = MOST_FRAMES): void {
  const panel = document.querySelector('[data-panel]')
  const field = [...(panel?.querySelectorAll<HTMLElement>('[aria-invalid="true"]') ?? [])].find((one) => noteOf(one) === message)
  if (!field) {
    if (frames > 0) requestAnimationFrame(() => showField(message, frames - 1))
    return
  }
  // On a phone the settings lie folded below the canvas.
  if (field.offsetParent === null) panel?.querySelector<HTMLElement>('header [aria-expanded="false"]')?.click()
  requestAnimationFrame(() => {
    field.scrollIntoView({ block: 'center' })
    field.focus({ preventScroll: true })
  })
}

function noteOf(field: HTMLElement): string {
  return document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent ?? ''
}

/** Two frames on the panels that a press opened are where they stay. */
export function afterLayout(act: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(act))
}

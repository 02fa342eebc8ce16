'use client'

import { useDeskView } from './editor-context'

/** Tells a screen reader what an edit did: on the canvas it only shows. */
export function Announcer() {
  const said = useDeskView((view) => view.said)
  // Two equal sayings in a row are two texts to the browser only if they differ.
  return <p role="status" className="sr-only">{said.text}{said.number % 2 === 1 ? '\u00a0' : ''}</p>
}

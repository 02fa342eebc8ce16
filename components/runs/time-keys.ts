/** What a key does on the time line; undefined leaves it to the browser. */
export type TimeAction = { do: 'step'; by: number } | { do: 'start' } | { do: 'end' } | { do: 'toggle' } | { do: 'live' }

export function timeActionOf(key: string, shift: boolean): TimeAction | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return { do: 'step', by: shift ? 10 : 1 }
    case 'ArrowLeft':
    case 'ArrowDown':
      return { do: 'step', by: shift ? -10 : -1 }
    case 'PageUp':
      return { do: 'step', by: 50 }
    case 'PageDown':
      return { do: 'step', by: -50 }
    case 'Home':
      return { do: 'start' }
    case 'End':
      return { do: 'end' }
    case ' ':
      return { do: 'toggle' }
    case 'l':
      return { do: 'live' }
    default:
      return undefined
  }
}

/** The moment in an address: `?at=SEQ`. Anything else is none. */
export function seqOfAddress(search: string): number | undefined {
  const at = new URLSearchParams(search).get('at')
  return at !== null && /^[1-9]\d{0,9}$/.test(at) ? Number(at) : undefined
}

export function addressWithSeq(search: string, seq: number | undefined): string {
  const params = new URLSearchParams(search)
  if (seq === undefined) params.delete('at')
  else params.set('at', String(seq))
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

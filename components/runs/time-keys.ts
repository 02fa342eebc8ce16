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

/** A moment in an address: `?at=SEQ`, and `&after=MS` where it lies some time after that event. */
export type AddressMoment = { seq: number; afterMs: number }

/** Anything that is no moment is none. */
export function momentOfAddress(search: string): AddressMoment | undefined {
  const params = new URLSearchParams(search)
  const at = params.get('at')
  const after = params.get('after')
  if (at === null || !/^[1-9]\d{0,9}$/.test(at)) return undefined
  return { seq: Number(at), afterMs: after !== null && /^\d{1,10}$/.test(after) ? Number(after) : 0 }
}

export function addressWithMoment(search: string, moment: AddressMoment | undefined): string {
  const params = new URLSearchParams(search)
  params.delete('after')
  if (moment === undefined) params.delete('at')
  else params.set('at', String(moment.seq))
  if (moment !== undefined && moment.afterMs > 0) params.set('after', String(moment.afterMs))
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Discovery } from '@/server/ports/discovery'
import { after, polled } from './polled'

const LOOK_MS = 1_000

const Url = z.url({ protocol: /^https?$/ })

/**
 * A file with a JSON list of base URLs, or one a line; `#` begins a comment. It is read each second, however it is replaced.
 * Once a list is known, another counts when two looks find the same: an editor and `>` empty a file before they fill it,
 * and half a list would end calls of instances that nobody took away.
 */
export function fileDiscovery(path: string, again = after(LOOK_MS)): Discovery {
  let settled: readonly string[] | undefined
  let last: string | undefined
  return polled(`file ${path}`, async () => {
    const text = await readFile(path, 'utf8')
    const same = text === last
    last = text
    if (settled === undefined || same) settled = listIn(text, path)
    return settled
  }, again)
}

function listIn(text: string, path: string): readonly string[] {
  const given = text.trimStart().startsWith('[') ? z.array(z.unknown()).parse(JSON.parse(text)) : text.split('\n').map((line) => line.replace(/(^|\s)#.*/, '').trim()).filter((line) => line !== '')
  return given.map((entry) => {
    const url = Url.safeParse(entry)
    if (!url.success) throw new Error(`${path} must list base URLs such as http://10.0.0.5:8000, as a JSON list or one a line, not ${JSON.stringify(entry)}`)
    return url.data
  })
}

import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Discovery } from '@/server/ports/discovery'
import { after, polled } from './polled'

const LOOK_MS = 1_000

const Urls = z.array(z.url({ protocol: /^https?$/ }))

/** A file with a JSON list of base URLs, or one a line; `#` begins a comment. It is read each second, however it is replaced. */
export function fileDiscovery(path: string, again = after(LOOK_MS)): Discovery {
  return polled(`file ${path}`, async () => {
    const text = await readFile(path, 'utf8')
    const given: unknown = text.trimStart().startsWith('[') ? JSON.parse(text) : text.split('\n').map((line) => line.replace(/(^|\s)#.*/, '').trim()).filter((line) => line !== '')
    const parsed = Urls.safeParse(given)
    if (!parsed.success) throw new Error(`${path} must list base URLs such as http://10.0.0.5:8000, as a JSON list or one a line`)
    return parsed.data
  }, again)
}

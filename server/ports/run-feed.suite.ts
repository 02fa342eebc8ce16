import { describe, expect, it } from 'vitest'
import type { RunEvent } from '@/domain/run/run-event'
import type { RunFeed } from './run-feed'

const event: RunEvent = { type: 'run.started', seq: 1, recordedAt: 1 }

/** What every RunFeed promises. */
export function runFeedSuite(name: string, make: () => Promise<RunFeed>): void {
  describe(`RunFeed: ${name}`, () => {
    it('tells listeners of the run and of all runs, until they stop', async () => {
      const feed = await make()
      const heard: string[] = []
      const stopOne = feed.subscribe('run_a', (id) => heard.push(`one ${id}`))
      const stopAll = feed.subscribe(undefined, (id, events) => heard.push(`all ${id} ${events.length}`))
      feed.publish('run_a', [event])
      feed.publish('run_b', [event])
      feed.publish('run_b', [])
      stopOne()
      feed.publish('run_a', [event])
      stopAll()
      stopAll()
      feed.publish('run_a', [event])
      expect(heard).toEqual(['one run_a', 'all run_a 1', 'all run_b 1', 'all run_a 1'])
    })

    it('goes on when a listener throws or stops while being told', async () => {
      const feed = await make()
      const heard: string[] = []
      feed.subscribe('run_a', () => { throw new Error('broken') })
      const stop = feed.subscribe('run_a', () => { stop(); heard.push('once') })
      feed.subscribe('run_a', () => heard.push('last'))
      feed.publish('run_a', [event])
      feed.publish('run_a', [event])
      expect(heard).toEqual(['once', 'last', 'last'])
    })
  })
}

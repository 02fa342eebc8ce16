'use client'

import { useEffect } from 'react'
import { textsIn } from '@/domain/graph/validate'
import type { CheckTextsAnswer } from '@/wire/preview'
import { api } from '@/components/live/api-client'
import { useEditorStore, useLevel } from '../editor-context'
import { learnFaults } from './text-faults'

/** A pause in the typing after which the server is asked. */
const TYPING_MS = 300

/** Has the templates and expressions of the open level read by the server, whose engines run them; only those that are new. */
export function useCheckTexts(): void {
  const store = useEditorStore()
  const level = useLevel()
  useEffect(() => {
    const left = new AbortController()
    const ask = async (some: unknown) => (await api.post<CheckTextsAnswer>('/api/texts/check', { texts: some }, { signal: left.signal })).faults
    // Without an answer nothing is known: the server looks again before anything runs.
    const timer = setTimeout(() => void learnFaults(store, textsIn(level), ask).catch(() => undefined), TYPING_MS)
    return () => {
      clearTimeout(timer)
      left.abort()
    }
  }, [store, level])
}

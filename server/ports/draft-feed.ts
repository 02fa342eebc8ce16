/** That a draft has a new revision, told to whoever watches. Best effort: the store is the truth. */
export type DraftFeed = {
  publish(workflowId: string, revision: number): void
  /** @param missed others may have spoken unheard: the store is to be asked. @returns how to stop */
  subscribe(listener: { moved: (workflowId: string, revision: number) => void; missed: () => void }): () => void
}

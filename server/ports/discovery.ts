/** Where the vLLM servers are, as somebody outside keeps it. */
export type Discovery = {
  /** What it is, for people: `dns vllm.local:8000`. */
  readonly name: string
  /**
   * Tells all base URLs, first as soon as they are known, then after each change. While the source cannot be read
   * nothing is told: what was known stays.
   * @param onTrouble told once for each new reason why the source cannot be read
   * @returns how to stop
   */
  watch(onUrls: (urls: readonly string[]) => void, onTrouble: (reason: string) => void): () => void
}

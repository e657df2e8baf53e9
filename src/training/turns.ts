/**
 * Giving the event loop its turn: long work stops now and then so that progress is shown and an abort is heard.
 */

const MOST_MS = 40

/** Counts the time since the last turn. */
export class Turns {
  readonly #signal: AbortSignal | undefined
  #last = performance.now()

  constructor(signal?: AbortSignal) {
    this.#signal = signal
  }

  /** Whether a turn is due. */
  get isDue(): boolean {
    return performance.now() - this.#last > MOST_MS
  }

  /** Lets the event loop run if it has had no turn for 40 ms. @throws the signal's reason when it is aborted. */
  async give(): Promise<void> {
    if (this.isDue) {
      await new Promise(resolve => setTimeout(resolve, 0))
      this.#last = performance.now()
    }
    this.#signal?.throwIfAborted()
  }

  /** Waits for somebody; an abort ends the wait, too. @returns  How long it was, in milliseconds. */
  async waitFor(somebody: Promise<unknown>): Promise<number> {
    const begin = performance.now()
    const ended = new AbortController()
    const aborted = new Promise<void>(resolve => {
      if (this.#signal?.aborted) resolve()
      this.#signal?.addEventListener('abort', () => resolve(), { signal: ended.signal })
    })
    try {
      await Promise.race([somebody, aborted])
    } finally {
      ended.abort()
    }
    this.#last = performance.now()
    return this.#last - begin
  }
}

/**
 * The two streams: data to standard output, everything for the eye to standard error.
 */
import { once } from 'node:events'
import type { WriteStream } from 'node:tty'

/** How often the line of progress is drawn again, and how often a line is written where it cannot be. */
const REDRAW_MS = 100
const PLAIN_LINE_MS = 10_000

/** Back to the beginning of the line, and empty it. */
const CLEAR_LINE = '\r\x1b[2K'

const WIDTH_UNKNOWN = 80

export class Terminal {
  readonly #isQuiet: boolean
  readonly #stderr: WriteStream
  /** Whether a line can be drawn over. */
  readonly #isLive: boolean
  #isDrawn = false
  /** Notes of the preparation. */
  #held: string[] = []
  #last = performance.now()

  constructor(isQuiet: boolean) {
    this.#isQuiet = isQuiet
    this.#stderr = process.stderr
    this.#isLive = this.#stderr.isTTY === true && process.env.TERM !== 'dumb'
  }

  /** Writes data to standard output, as fast as it is read. */
  async write(text: string): Promise<void> {
    this.#release()
    if (process.stdout.isTTY) this.clear()
    if (!process.stdout.write(text)) await once(process.stdout, 'drain')
  }

  /** A line for the eye. It waits until the work has begun, so that a refusal of the input stands alone. */
  note(text: string): void {
    if (!this.#isQuiet) this.#held.push(`${text}\n`)
  }

  warn(text: string): void {
    this.note(`warning: ${text}`)
  }

  #release(): void {
    if (this.#held.length === 0) return
    this.clear()
    this.#stderr.write(this.#held.join(''))
    this.#held = []
  }

  /**
   * Shows how far the work is: the line is drawn over, or now and then written where that is not possible.
   *
   * @param text  Gets the columns that there are for it; what is longer is cut.
   */
  progress(text: (columns: number) => string): void {
    this.#release()
    const now = performance.now()
    if (this.#isQuiet || now - this.#last < (this.#isLive ? REDRAW_MS : PLAIN_LINE_MS)) return
    this.#last = now
    if (!this.#isLive) return void this.#stderr.write(`${text(Infinity)}\n`)
    const width = (this.#stderr.columns || WIDTH_UNKNOWN) - 1
    this.#stderr.write(CLEAR_LINE + text(width).slice(0, width))
    this.#isDrawn = true
  }

  /** A stage is done: a line of its own where progress cannot be drawn over. */
  milestone(text: () => string): void {
    this.#release()
    if (this.#isQuiet || this.#isLive) return
    this.#last = performance.now()
    this.#stderr.write(`${text()}\n`)
  }

  /** The work is done: what has not been said is said. */
  end(): void {
    this.#release()
    this.clear()
  }

  /** Takes the line of progress away. */
  clear(): void {
    if (this.#isDrawn) this.#stderr.write(CLEAR_LINE)
    this.#isDrawn = false
  }
}

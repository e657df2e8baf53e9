/**
 * Notices when a team has lost its cores: other processes run where its workers should, and the main thread waits for
 * them longer than it gains. It then works alone for a while and tries again, after a longer while each time.
 *
 * With n threads, a share w of the time spent waiting leaves a speed of n (1 − w) times one thread's: nothing is gained
 * from w = 1 − 1/n on.
 */

/** Milliseconds of divided work before it is judged, and in a new attempt. */
const WINDOW_MS = 20
const TRIAL_MS = 4

/** Milliseconds alone: the first time, and the most. */
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 1600

/** How much of the waiting at which nothing is gained is too much: a lost core costs more than its share. */
const TOLERATED = 0.7

export class Attention {
  readonly #limit: number
  #worked = 0
  #waited = 0
  #window = WINDOW_MS
  #pause = FIRST_PAUSE_MS
  #alone = Number.NEGATIVE_INFINITY

  constructor(threads: number) {
    this.#limit = TOLERATED * (1 - 1 / threads)
  }

  /** Whether the team is to be used at this time, in ms. */
  mayDivide(now: number): boolean {
    return now >= this.#alone
  }

  /** Counts a piece of divided work. @param total  Milliseconds. @param waited  Those that the main thread waited. */
  count(now: number, total: number, waited: number): void {
    this.#worked += total
    this.#waited += waited
    if (this.#worked < this.#window) return
    if (this.#waited > this.#limit * this.#worked) {
      this.#alone = now + this.#pause
      this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE_MS)
      this.#window = TRIAL_MS
    } else {
      this.#pause = FIRST_PAUSE_MS
      this.#window = WINDOW_MS
    }
    this.#worked = 0
    this.#waited = 0
  }
}

/**
 * What is shown while training runs.
 */

export interface Progress {
  readonly epoch: number
  readonly epochs: number
  /** Steps made in this epoch, and steps of an epoch. */
  readonly step: number
  readonly steps: number
  /** Mean loss of this epoch so far, in nats. */
  readonly loss: number
  /** Loss of this step alone, in nats. */
  readonly stepLoss: number
  /** The last validation's results; null before the first. */
  readonly validation: Readonly<Record<string, number>> | null
  readonly tokensPerSecond: number
  /** If all epochs are trained. */
  readonly secondsLeft: number
}

/** Is told after each step. Training waits for a promise that it returns, and goes on when that is resolved. */
export type OnProgress = (progress: Progress) => unknown

/** Turns what happens into `Progress`. */
export class Report {
  readonly #epochs: number
  readonly #onProgress: OnProgress | undefined
  readonly #start = performance.now()
  #waitedMs = 0
  #tokens = 0
  /** The share of all epochs that was done when the clock began: more than 0 in a run that goes on. */
  #shareBefore: number | null = null
  #validation: Readonly<Record<string, number>> | null = null

  constructor(epochs: number, onProgress: OnProgress | undefined) {
    this.#epochs = epochs
    this.#onProgress = onProgress
  }

  /** Milliseconds that training has waited for whom it told. */
  get waitedMs(): number {
    return this.#waitedMs
  }

  /** Training has waited, which is no time of its own. */
  waited(milliseconds: number): void {
    this.#waitedMs += milliseconds
  }

  /** A step was made. @param tokens  Of the step. @returns  What who was told gave back. */
  stepped(position: Pick<Progress, 'epoch' | 'step' | 'steps' | 'loss' | 'stepLoss'>, tokens: number): unknown {
    const { epoch, step, steps } = position
    const share = (epoch - 1 + step / steps) / this.#epochs
    this.#shareBefore ??= (epoch - 1 + (step - 1) / steps) / this.#epochs
    this.#tokens += tokens
    if (!this.#onProgress) return
    const seconds = (performance.now() - this.#start - this.#waitedMs) / 1000
    return this.#onProgress({
      ...position,
      epochs: this.#epochs,
      validation: this.#validation,
      tokensPerSecond: this.#tokens / seconds,
      secondsLeft: (seconds * (1 - share)) / (share - this.#shareBefore),
    })
  }

  validated(validation: Readonly<Record<string, number>>): void {
    this.#validation = validation
  }
}

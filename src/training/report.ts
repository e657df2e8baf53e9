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
  /** The last validation's results; null before the first. */
  readonly validation: Readonly<Record<string, number>> | null
  readonly tokensPerSecond: number
  /** If all epochs are trained. */
  readonly secondsLeft: number
}

/** Turns what happens into `Progress`. */
export class Report {
  readonly #epochs: number
  readonly #onProgress: ((progress: Progress) => void) | undefined
  readonly #start = performance.now()
  #tokens = 0
  /** The share of all epochs that was done when the clock began: more than 0 in a run that goes on. */
  #shareBefore: number | null = null
  #validation: Readonly<Record<string, number>> | null = null

  constructor(epochs: number, onProgress: ((progress: Progress) => void) | undefined) {
    this.#epochs = epochs
    this.#onProgress = onProgress
  }

  /** A step was made. @param position  Epoch and step as in `Progress`. @param tokens  Of the step. */
  stepped(position: Pick<Progress, 'epoch' | 'step' | 'steps' | 'loss'>, tokens: number): void {
    const { epoch, step, steps } = position
    const share = (epoch - 1 + step / steps) / this.#epochs
    this.#shareBefore ??= (epoch - 1 + (step - 1) / steps) / this.#epochs
    this.#tokens += tokens
    if (!this.#onProgress) return
    const seconds = (performance.now() - this.#start) / 1000
    this.#onProgress({
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

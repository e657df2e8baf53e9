/** How training is shown: one line that is drawn over, or a line an epoch. */
import type { EpochResult, Progress } from '../training/loop.ts'
import { clock, counted, percent } from './numbers.ts'
import type { Terminal } from './terminal.ts'

type Validation = Readonly<Record<string, number>> | null

const BAR_CHARACTERS = 10

export class TrainingProgress {
  readonly #terminal: Terminal
  #last: Progress | null = null

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  readonly show = (progress: Progress): void => {
    const last = this.#last
    this.#last = progress
    if (last && last.epoch < progress.epoch) this.#epoch(last, progress.validation)
    this.#terminal.progress(() => drawn(progress))
  }

  /** After the last epoch, whose validation no progress tells. */
  finish(epochs: readonly EpochResult[]): void {
    const validation = epochs.at(-1)?.validation
    if (this.#last && validation) this.#epoch(this.#last, { ...validation })
    this.#terminal.clear()
  }

  #epoch(progress: Progress, validation: Validation): void {
    this.#terminal.milestone(() => told({ ...progress, validation }))
  }
}

function drawn(progress: Progress): string {
  const share = (progress.epoch - 1 + progress.step / progress.steps) / progress.epochs
  const full = Math.round(share * BAR_CHARACTERS)
  return `${'█'.repeat(full)}${'░'.repeat(BAR_CHARACTERS - full)} ${told(progress)}`
}

function told({ epoch, epochs, loss, validation, tokensPerSecond, secondsLeft }: Progress): string {
  const judged = validation ? `  validation ${judgedAs(validation)}` : ''
  const left = secondsLeft > 0 ? `  ${clock(secondsLeft)} left` : ''
  return `epoch ${epoch}/${epochs}  loss ${loss.toFixed(3)}${judged}  ${counted(tokensPerSecond)} tokens/s${left}`
}

function judgedAs({ accuracy, perplexity }: Readonly<Record<string, number>>): string {
  return accuracy === undefined ? `perplexity ${perplexity.toFixed(2)}` : percent(accuracy)
}

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
    this.#terminal.progress(columns => drawn(progress, columns))
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

/** A bar and what fits beside it: how long it takes stays longest. */
export function drawn(progress: Progress, columns: number): string {
  const share = (progress.epoch - 1 + progress.step / progress.steps) / progress.epochs
  const full = Math.round(share * BAR_CHARACTERS)
  const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_CHARACTERS - full)} `
  const less: readonly Part[][] = [[], ['speed'], ['speed', 'validation'], ['speed', 'validation', 'loss']]
  const lines = less.map(without => bar + told(progress, without))
  return lines.find(line => line.length <= columns) ?? (lines.at(-1) as string)
}

type Part = 'epoch' | 'loss' | 'validation' | 'speed' | 'left'

function told(progress: Progress, without: readonly Part[] = []): string {
  const { epoch, epochs, loss, validation, tokensPerSecond, secondsLeft } = progress
  const parts: Record<Part, string> = {
    epoch: `epoch ${epoch}/${epochs}`,
    loss: `loss ${loss.toFixed(3)}`,
    validation: validation ? `validation ${judgedAs(validation)}` : '',
    speed: `${counted(tokensPerSecond)} tokens/s`,
    left: secondsLeft > 0 ? `${clock(secondsLeft)} left` : '',
  }
  const names = Object.keys(parts) as Part[]
  return names.flatMap(name => (without.includes(name) || parts[name] === '' ? [] : parts[name])).join('  ')
}

function judgedAs({ accuracy, perplexity }: Readonly<Record<string, number>>): string {
  return accuracy === undefined ? `perplexity ${perplexity.toFixed(2)}` : percent(accuracy)
}

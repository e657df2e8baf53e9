/**
 * How good a classifier's answers are: loss, accuracy, the table of classes, the confusion matrix.
 */

export interface ClassScores {
  readonly label: string
  /** Of the texts given this label, the share that have it; 0 when none was given it. */
  readonly precision: number
  /** Of the texts that have this label, the share given it; 0 when none has it. */
  readonly recall: number
  /** Harmonic mean of the two; 0 when both are. */
  readonly f1: number
  /** Texts that have it. */
  readonly support: number
}

export interface Judgement {
  readonly examples: number
  /** Mean −log p(true label), in nats. */
  readonly loss: number
  readonly accuracy: number
  /** Mean of the classes' f1. */
  readonly macroF1: number
  readonly classes: readonly ClassScores[]
  /** [true][predicted], texts; labels in the order of `classes`. */
  readonly confusion: readonly (readonly number[])[]
}

/** Counts answers. */
export class Scoring {
  readonly #labels: readonly string[]
  readonly #confusion: number[][]
  #loss = 0
  #examples = 0

  constructor(labels: readonly string[]) {
    this.#labels = labels
    this.#confusion = labels.map(() => labels.map(() => 0))
  }

  /** @param loss  −log p(truth), in nats. */
  add(truth: number, answer: number, loss: number): void {
    this.#confusion[truth][answer]++
    this.#loss += loss
    this.#examples++
  }

  judgement(): Judgement {
    const classes = this.#labels.map((label, k) => this.#scores(label, k))
    const right = this.#labels.reduce((sum, _, k) => sum + this.#confusion[k][k], 0)
    return {
      examples: this.#examples,
      loss: this.#loss / this.#examples,
      accuracy: right / this.#examples,
      macroF1: classes.reduce((sum, c) => sum + c.f1, 0) / classes.length,
      classes,
      confusion: this.#confusion,
    }
  }

  #scores(label: string, k: number): ClassScores {
    const right = this.#confusion[k][k]
    const support = this.#confusion[k].reduce((sum, n) => sum + n, 0)
    const given = this.#confusion.reduce((sum, row) => sum + row[k], 0)
    const precision = ratio(right, given)
    const recall = ratio(right, support)
    return { label, precision, recall, f1: ratio(2 * precision * recall, precision + recall), support }
  }
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

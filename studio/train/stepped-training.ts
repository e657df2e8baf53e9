/**
 * One training that goes a step at a time and waits between two: the library's own, held by the promise that its
 * `onProgress` returns. Weights are kept on the way, so that one can look back.
 */
import type { LabelledText } from '../../src/data/examples.ts'
import type { ClassifierSubject } from '../../src/inspect/subject.ts'
import { ClassifierNetwork } from '../../src/models/classifier-network.ts'
import { preparedTraining } from '../../src/models/classifier-training.ts'
import { type ClassifierEpoch, TextClassifier, type TrainOptions } from '../../src/models/text-classifier.ts'
import { type Tensor, tensor } from '../../src/tensor/index.ts'
import type { Progress } from '../../src/training/loop.ts'

/** Weights after some steps. */
export interface Checkpoint {
  /** 0: before the first step. */
  readonly steps: number
  /** Epochs done, with parts of one: 0.25. */
  readonly epochs: number
  readonly weights: ReadonlyMap<string, Float32Array>
}

export type EpochDone = Pick<ClassifierEpoch, 'epoch' | 'loss' | 'validation'>

/** Much happens at the beginning: there a checkpoint is kept each quarter of an epoch, later each epoch. */
const QUARTERS_UNTIL_EPOCH = 2
const MEAN_OVER_STEPS = 20

type Prepared = Awaited<ReturnType<typeof preparedTraining>>

export class SteppedTraining {
  readonly #prepared: Prepared
  readonly #abort = new AbortController()
  readonly #lastLosses: number[] = []
  readonly #epochs: EpochDone[] = []
  /** Kept so far, in order. */
  readonly checkpoints: Checkpoint[] = []
  #running: Promise<unknown> | null = null
  #goOn = () => {}
  #told: (progress: Progress | null) => void = () => {}
  /** The epoch whose last step is made and whose validation is still to come. */
  #unjudged: { readonly epoch: number; readonly loss: number } | null = null
  #steps = 0
  #finished: TextClassifier | null = null
  #failure: Error | null = null

  private constructor(prepared: Prepared) {
    this.#prepared = prepared
    this.#keep(0)
  }

  static async prepare(rows: readonly LabelledText[], options: TrainOptions): Promise<SteppedTraining> {
    // What is told needs the training, which needs what it tells.
    const made: { training?: SteppedTraining } = {}
    const abort = new AbortController()
    const prepared = await preparedTraining(rows, {
      ...options,
      signal: abort.signal,
      onProgress: progress => made.training?.stepped(progress),
    })
    made.training = new SteppedTraining(prepared)
    made.training.#abort.signal.addEventListener('abort', () => abort.abort())
    return made.training
  }

  /** The model as it stands: asked again after a step, it answers otherwise. */
  get subject(): ClassifierSubject {
    return this.#prepared
  }

  get parameterCount(): number {
    const sizes = [...this.#prepared.network.parameters().values()].map(t => t.shape.reduce((a, b) => a * b, 1))
    return sizes.reduce((a, b) => a + b, 0)
  }

  get stepsAnEpoch(): number {
    return this.#prepared.stepsAnEpoch
  }

  get steps(): number {
    return this.#steps
  }

  /** Those whose validation is known. */
  get epochs(): readonly EpochDone[] {
    return this.#epochs
  }

  get isFinished(): boolean {
    return this.#finished !== null
  }

  /** Why it cannot go on: the loss has left the finite numbers. */
  get failure(): Error | null {
    return this.#failure
  }

  /** Mean loss of the last steps, in nats. */
  get meanLoss(): number {
    return this.#lastLosses.reduce((sum, loss) => sum + loss, 0) / this.#lastLosses.length
  }

  /** Makes one step. @returns  How far it is; null: there was no step to make, and its model is there or it failed. */
  async step(): Promise<Progress | null> {
    if (this.#finished || this.#failure) return null
    const told = new Promise<Progress | null>(resolve => {
      this.#told = resolve
    })
    if (this.#running) this.#goOn()
    else this.#running = this.#run()
    const progress = await told
    // The last step of all is followed by nothing but its judgement.
    if (progress && progress.epoch === progress.epochs && progress.step === progress.steps) {
      this.#goOn()
      await this.#running
    }
    return progress
  }

  async #run(): Promise<void> {
    try {
      const { parts, epochs } = await this.#prepared.run()
      this.#epochs.splice(0, Infinity, ...epochs)
      this.#finished = new TextClassifier(parts, epochs)
    } catch (error) {
      this.#failure = error as Error
    }
    this.#told(null)
  }

  /** @internal After a step of the library's loop. @returns  When it may go on. */
  stepped(progress: Progress): Promise<void> {
    const { epoch, step, steps, loss, stepLoss, validation } = progress
    this.#steps++
    this.#lastLosses.push(stepLoss)
    if (this.#lastLosses.length > MEAN_OVER_STEPS) this.#lastLosses.shift()
    if (this.#unjudged && validation) {
      this.#epochs.push({ ...this.#unjudged, validation: validation as { loss: number; accuracy: number } })
      this.#unjudged = null
    }
    if (step === steps) this.#unjudged = { epoch, loss }
    const isQuarter =
      epoch <= QUARTERS_UNTIL_EPOCH && Math.floor((4 * step) / steps) > Math.floor((4 * (step - 1)) / steps)
    if (isQuarter || step === steps) this.#keep(epoch - 1 + step / steps)
    this.#told(progress)
    return new Promise(resolve => {
      this.#goOn = resolve
    })
  }

  #keep(epochs: number): void {
    const weights = [...this.#prepared.network.parameters()].map(([name, t]) => [name, copyOf(t)] as const)
    if (!weights.every(([, values]) => values.every(Number.isFinite))) return // it is about to fail
    this.checkpoints.push({ steps: this.#steps, epochs, weights: new Map(weights) })
  }

  /** The model as it was at a checkpoint. */
  subjectAt({ weights }: Checkpoint): ClassifierSubject {
    const { network, encoder, labels } = this.#prepared
    const source = (name: string, shape: readonly number[]) => tensor(weights.get(name) as Float32Array, shape)
    return { encoder, labels, network: new ClassifierNetwork(network.cell, network.sizes, source) }
  }

  /** The best epoch so far; null: none has been judged. */
  get best(): EpochDone | null {
    return this.#epochs.reduce<EpochDone | null>(
      (best, epoch) => (best === null || epoch.validation.loss < best.validation.loss ? epoch : best),
      null,
    )
  }

  /** The model of the best epoch so far, as it is saved. @throws where no epoch is done. */
  toBytes(): Uint8Array {
    if (this.#finished) return this.#finished.toBytes()
    const { best } = this
    const kept = best && this.checkpoints.find(({ epochs }) => epochs === best.epoch)
    if (!best || !kept) throw new Error('internal: a model is taken over before its first epoch')
    const parts = this.#prepared.partsAt(this.#epochs.length, best)
    return new TextClassifier({ ...parts, network: this.subjectAt(kept).network }).toBytes()
  }

  /** Lets a training go that is not wanted any more. */
  stop(): void {
    this.#abort.abort()
  }
}

const copyOf = (t: Tensor): Float32Array => Float32Array.from(t.toArray())

/**
 * What the training loop asks of a task, how it goes, and what it gives back.
 */
import type { Tensor } from '../tensor/index.ts'
import type { EpochResult, LoopState, StateArray } from './loop-state.ts'
import type { Parameters } from './optimizer-state.ts'
import type { Optimizer } from './optimizers/define.ts'
import type { OnProgress } from './report.ts'
import type { Schedule } from './schedules/define.ts'
import type { Turns } from './turns.ts'

/** What is trained, and on what. */
export interface TrainingTask<Batch, Judgement extends { readonly loss: number }> {
  readonly parameters: Parameters
  /** The vectors that batches look up, if they are trained: what adversarial training moves. */
  readonly embedding?: Tensor | undefined
  /** The batches of an epoch (from 1), in order. */
  batches(epoch: number): readonly Batch[]
  /** Tokens of a batch, for the speed shown. */
  tokens(batch: Batch): number
  /** What a batch's mean loss is the mean over: its rows or tokens, or the sum of their weights. */
  weight(batch: Batch): number
  /** The mean loss of a batch in nats, on the tape; `draw` counts batches from 1 over all epochs. */
  loss(batch: Batch, draw: number): Tensor
  /** Judges the model on its validation part. */
  validate(turns: Turns): Promise<Judgement>
  /** The numbers that a judgement has, which a state to go on from must have, too. @default ['loss'] */
  readonly measures?: readonly string[]
  /** What goes from batch to batch besides the weights (a language model's state), for checkpoints. */
  readonly carried?: {
    capture(): ReadonlyMap<string, StateArray>
    restore(arrays: ReadonlyMap<string, StateArray>): void
  }
}

export interface LoopOptions {
  readonly epochs: number
  readonly optimizer: Optimizer
  /** @default the optimizer's own */
  readonly learningRate: number | null
  readonly schedule: Schedule
  /** Steps over which the learning rate rises from 0. */
  readonly warmUp: number
  /** Longest gradient over all weights, and largest value of one of its elements; null: no bound. */
  readonly clipNorm: number | null
  readonly clipValue: number | null
  /** How far adversarial training moves the embedding, as a share of its length; 0: not at all. @default 0 */
  readonly adversarial?: number
  /** Batches that make one step of the optimizer. */
  readonly accumulate: number
  /** Epochs without a lower validation loss before it stops. */
  readonly patience: number
  readonly decays?: (name: string, weight: Tensor) => boolean
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
  readonly checkpoint?: CheckpointOptions | undefined
  /** Where to go on; its arrays have the right names and sizes. */
  readonly resume?: LoopState | undefined
}

export interface CheckpointOptions {
  /** Saved after each epoch, when interrupted, and when this much time has passed since the last one. */
  readonly everySeconds: number
  save(state: LoopState, isFinished: boolean): Promise<void>
}

export interface LoopResult<Judgement> {
  readonly epochs: readonly EpochResult<Judgement>[]
  /** The epoch whose weights were kept. */
  readonly best: EpochResult<Judgement>
}

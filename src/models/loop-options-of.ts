/**
 * From a model's options to the training loop's, the optimizer and the schedule being there.
 */
import type { LoopOptions } from '../training/loop.ts'
import type { Optimizer } from '../training/optimizers/define.ts'
import type { Schedule } from '../training/schedules/define.ts'

/** The group `trainingOptions`, as far as the loop uses it. */
export interface TrainingSettings {
  readonly epochs: number
  readonly optimizer: string
  readonly learningRate: number | null
  readonly schedule: string
  readonly warmUp: number
  readonly clipNorm: number
  readonly clipValue: number | null
  readonly weightDecay: number | null
  readonly accumulate: number
  readonly patience: number
}

export const loopOptionsOf = (settings: TrainingSettings, optimizer: Optimizer, schedule: Schedule) =>
  ({ ...settings, optimizer: decaying(optimizer, settings), schedule, decays: isDecayed }) satisfies LoopOptions

const decaying = (optimizer: Optimizer, { weightDecay }: TrainingSettings): Optimizer =>
  weightDecay === null ? optimizer : optimizer.with({ weightDecay })

/** Matrices shrink, biases and other vectors do not, nor does a learned first state. */
const isDecayed = (name: string, { shape }: { readonly shape: readonly number[] }): boolean =>
  shape.length >= 2 && !name.includes('.initial_')

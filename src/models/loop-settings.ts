/**
 * From a model's options to the training loop's.
 */
import type { LoopOptions } from '../training/loop.ts'
import { optimizerNamed } from '../training/optimizers/registry.ts'
import { scheduleNamed } from '../training/schedules/registry.ts'

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

/** @throws {OptionError} there is no such optimizer or schedule. */
export function loopSettings(settings: TrainingSettings) {
  const { optimizer, schedule, weightDecay } = settings
  return {
    ...settings,
    optimizer: optimizerNamed(optimizer, weightDecay === null ? {} : { weightDecay }),
    schedule: scheduleNamed(schedule),
    decays: isDecayed,
  } satisfies LoopOptions
}

/** Matrices shrink, biases and other vectors do not, nor does a learned first state. */
const isDecayed = (name: string, { shape }: { readonly shape: readonly number[] }): boolean =>
  shape.length >= 2 && !name.includes('.initial_')

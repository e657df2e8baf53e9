/**
 * From a model's options to the training loop's.
 */
import { optimizerNamed } from '../training/optimizers/registry.ts'
import { scheduleNamed } from '../training/schedules/registry.ts'
import { loopOptionsOf, type TrainingSettings } from './loop-options-of.ts'

export type { TrainingSettings } from './loop-options-of.ts'

/** @throws {OptionError} there is no such optimizer or schedule. */
export const loopSettings = (settings: TrainingSettings) =>
  loopOptionsOf(settings, optimizerNamed(settings.optimizer), scheduleNamed(settings.schedule))

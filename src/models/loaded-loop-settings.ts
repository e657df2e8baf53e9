/**
 * `loopSettings` of one optimizer and one schedule, which alone are loaded: a page that trains ships no others.
 */
import type { Optimizer } from '../training/optimizers/define.ts'
import type { optimizerNames } from '../training/optimizers/names.ts'
import type { Schedule } from '../training/schedules/define.ts'
import type { scheduleNames } from '../training/schedules/names.ts'
import { loopOptionsOf, type TrainingSettings } from './loop-options-of.ts'

const optimizers = {
  adam: async () => (await import('../training/optimizers/adam.ts')).adam,
  'lazy-adam': async () => (await import('../training/optimizers/lazy-adam.ts')).lazyAdam,
  adamw: async () => (await import('../training/optimizers/adamw.ts')).adamw,
  sgd: async () => (await import('../training/optimizers/sgd.ts')).sgd,
  rmsprop: async () => (await import('../training/optimizers/rmsprop.ts')).rmsprop,
  adagrad: async () => (await import('../training/optimizers/adagrad.ts')).adagrad,
} satisfies Record<(typeof optimizerNames)[number], () => Promise<Optimizer>>

const schedules = {
  constant: async () => (await import('../training/schedules/constant.ts')).constant,
  step: async () => (await import('../training/schedules/step.ts')).step,
  exponential: async () => (await import('../training/schedules/exponential.ts')).exponential,
  cosine: async () => (await import('../training/schedules/cosine.ts')).cosine,
  plateau: async () => (await import('../training/schedules/plateau.ts')).plateau,
} satisfies Record<(typeof scheduleNames)[number], () => Promise<Schedule>>

/** @param settings  Checked: their names are among those of the option table. */
export async function loadedLoopSettings(
  settings: TrainingSettings & {
    readonly optimizer: keyof typeof optimizers
    readonly schedule: keyof typeof schedules
  },
) {
  const optimizer = await optimizers[settings.optimizer]()
  const schedule = await schedules[settings.schedule]()
  return loopOptionsOf(settings, optimizer, schedule.with({}))
}

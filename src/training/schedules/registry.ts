/**
 * The schedules by name, for options, checkpoints and the tests, which go through all of them.
 */
import { OptionError } from '../../errors/errors.ts'
import { didYouMean } from '../../errors/nearest.ts'
import type { Settings } from '../settings.ts'
import { constant } from './constant.ts'
import { cosine } from './cosine.ts'
import type { Schedule } from './define.ts'
import { exponential } from './exponential.ts'
import type { scheduleNames } from './names.ts'
import { plateau } from './plateau.ts'
import { step } from './step.ts'

export const schedules: Readonly<Record<string, Schedule>> = {
  constant,
  step,
  exponential,
  cosine,
  plateau,
} satisfies Record<(typeof scheduleNames)[number], Schedule>

/**
 * A schedule by name: `scheduleNamed('step', { every: 2, factor: 0.1 })`.
 *
 * @param settings  In place of its defaults.
 * @throws {OptionError} there is no schedule of this name, it has no such setting, or a value is out of range.
 */
export function scheduleNamed(name: string, settings: Settings = {}): Schedule {
  const found = Object.hasOwn(schedules, name) ? schedules[name] : undefined
  if (found) return found.with(settings)
  const names = Object.keys(schedules)
  throw new OptionError(`schedule: expected one of ${names.join(', ')}, got "${name}".${didYouMean(name, names)}`)
}

/**
 * The optimizers by name, for options, checkpoints and the tests, which go through all of them.
 */
import { OptionError } from '../../errors/errors.ts'
import { didYouMean } from '../../errors/nearest.ts'
import type { Settings } from '../settings.ts'
import { adagrad } from './adagrad.ts'
import { adam } from './adam.ts'
import { adamw } from './adamw.ts'
import type { Optimizer } from './define.ts'
import { lazyAdam } from './lazy-adam.ts'
import type { optimizerNames } from './names.ts'
import { rmsprop } from './rmsprop.ts'
import { sgd } from './sgd.ts'

export const optimizers: Readonly<Record<string, Optimizer>> = {
  adam,
  'lazy-adam': lazyAdam,
  adamw,
  sgd,
  rmsprop,
  adagrad,
} satisfies Record<(typeof optimizerNames)[number], Optimizer>

/**
 * An optimizer by name: `optimizerNamed('sgd', { momentum: 0.9, nesterov: true })`.
 *
 * @param settings  In place of its defaults.
 * @throws {OptionError} there is no optimizer of this name, it has no such setting, or a value is out of range.
 */
export function optimizerNamed(name: string, settings: Settings = {}): Optimizer {
  const found = Object.hasOwn(optimizers, name) ? optimizers[name] : undefined
  if (found) return Object.keys(settings).length > 0 ? found.with(settings) : found
  const names = Object.keys(optimizers)
  throw new OptionError(`optimizer: expected one of ${names.join(', ')}, got "${name}".${didYouMean(name, names)}`)
}

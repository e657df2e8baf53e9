/**
 * The optimizers by name, for options, checkpoints and the tests, which go through all of them.
 */
import { OptionError } from '../../errors/errors.ts'
import { didYouMean } from '../../errors/nearest.ts'
import { adam } from './adam.ts'
import type { Optimizer } from './define.ts'
import { sgd } from './sgd.ts'

export const optimizers: Readonly<Record<string, Optimizer>> = { adam, sgd }

/** @throws {OptionError} there is no optimizer of this name. */
export function optimizerNamed(name: string): Optimizer {
  const found = Object.hasOwn(optimizers, name) ? optimizers[name] : undefined
  if (found) return found
  const names = Object.keys(optimizers)
  throw new OptionError(`optimizer: expected one of ${names.join(', ')}, got "${name}".${didYouMean(name, names)}`)
}

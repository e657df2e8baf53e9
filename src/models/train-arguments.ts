/**
 * What `train` is given besides the options of its table: checked as a whole before anything is done, and loaded only
 * where there is something to check.
 */
import { OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { requireObject } from './option-table.ts'

/** As callers without types may give them. */
export interface TrainArguments {
  readonly from?: unknown
  readonly vectors?: unknown
  readonly freezeVectors?: unknown
  readonly subwords?: unknown
  readonly onProgress?: unknown
  readonly checkpoint?: unknown
}

/**
 * @throws {OptionError} options are none, one is not what it should be, vectors or subwords are given besides a model
 *                       to go on from, or vectors are to be frozen and none are given.
 */
export function requireTrainArguments(options: TrainArguments): void {
  requireObject('train', options)
  const { from, vectors, subwords, freezeVectors, onProgress, checkpoint } = options
  if (from !== undefined && !isModel(from)) {
    throw new OptionError(`from: expected a trained model, got ${shown(from)}. Pass what train or readModel gives.`)
  }
  requireFunction('onProgress', onProgress)
  requireFunction('vectors', vectors)
  if (checkpoint) requireFunction('checkpoint.save', (checkpoint as { readonly save?: unknown }).save ?? null)
  const other = vectors ? 'vectors' : subwords && 'subwords'
  if (from && other) {
    throw new OptionError(`${other}: expected ${other} or a model to go on from, got both. Leave one of them out.`)
  }
  if (freezeVectors && !vectors) {
    throw new OptionError('freezeVectors: expected vectors that can be frozen, got none. Give vectors, too.')
  }
}

const isModel = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && 'summary' in given && 'network' in given

/** @throws {OptionError} it is given and no function. */
export function requireFunction(name: string, given: unknown): void {
  if (given === undefined || typeof given === 'function') return
  throw new OptionError(`${name}: expected a function, got ${shown(given)}. Pass one, or leave it out.`)
}

import { OptionError } from '../errors/errors.ts'

/**
 * The hidden size of each layer from the options `hidden` and `layers`.
 *
 * @throws {OptionError} sizes are given for another number of layers.
 */
export function layerSizes(hidden: number | readonly number[], layers: number | null): readonly number[] {
  const sizes = typeof hidden === 'number' ? new Array<number>(layers ?? 1).fill(hidden) : hidden
  if (layers === null || layers === sizes.length) return sizes
  throw new OptionError(
    `layers: expected as many as hidden sizes (${sizes.length}), got ${layers}. Give one hidden size, or one for each.`,
  )
}

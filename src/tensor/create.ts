/**
 * Making tensors from numbers.
 */
import type { Device } from '../devices/device.ts'
import { OptionError, ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { defaultDevice } from './default-device.ts'
import { requireShape, type Shape, sizeOf } from './layout.ts'
import type { Memory } from './memory.ts'
import { allocateZeros, Tensor } from './tensor.ts'

export interface TensorOptions {
  /** @default defaultDevice() */
  readonly device?: Device
  /** Makes it a leaf whose `gradient` `backward` fills. @default false */
  readonly requiresGradient?: boolean
}

/** A number, an array of numbers, or arrays of equal length of these. */
export type Values = number | ArrayLike<number> | readonly Values[]

/**
 * Creates a tensor from numbers; they are copied.
 *
 *     tensor([[1, 2], [3, 4]])                    shape [2, 2]
 *     tensor(new Float32Array(6), [2, 3])         shape [2, 3], row-major
 *     tensor(0.5)                                 shape [], one number
 *
 * @param values  Nested arrays, or one flat (typed) array in row-major order.
 * @param shape   As many numbers as the values have. Default: the nesting's.
 * @throws {ShapeError}  The nested arrays have different lengths, or the shape another size than the values.
 * @throws {OptionError} A value is no number.
 */
export function tensor(values: Values, shape?: Shape, options: TensorOptions = {}): Tensor {
  const nesting = nestingOf(values)
  const flat = ArrayBuffer.isView(values) ? (values as ArrayLike<number>) : flatten(values, nesting)
  return flatTensor(flat, shape ?? nesting, options)
}

/**
 * `tensor` of what is known to be numbers in row-major order.
 *
 * @throws {ShapeError} The shape has another size than the values.
 */
export function flatTensor(flat: ArrayLike<number>, shape: Shape, options: TensorOptions = {}): Tensor {
  requireShape('tensor', shape)
  if (sizeOf(shape) !== flat.length) {
    throw new ShapeError(
      `tensor: expected ${sizeOf(shape)} values for shape ${shown(shape)}, got ${flat.length}. ` +
        'Pass as many values as the product of the sizes.',
    )
  }
  return make('tensor', shape, options, ({ device, matrix }) => device.write(matrix, flat))
}

/** A tensor of zeros. @throws {ShapeError} A size is no whole number from 1. */
export function zeros(shape: Shape, options: TensorOptions = {}): Tensor {
  return make('zeros', shape, options)
}

/** A tensor of ones. @throws {ShapeError} A size is no whole number from 1. */
export function ones(shape: Shape, options: TensorOptions = {}): Tensor {
  return make('ones', shape, options, ({ device, matrix }) => device.fill(matrix, 1))
}

/** A tensor whose numbers are all the same. @throws {ShapeError} A size is no whole number from 1. */
export function full(shape: Shape, value: number, options: TensorOptions = {}): Tensor {
  return make('full', shape, options, ({ device, matrix }) => device.fill(matrix, value))
}

/** @param fill  Writes into the memory, which holds zeros. */
function make(where: string, shape: Shape, options: TensorOptions, fill?: (memory: Memory) => void): Tensor {
  requireShape(where, shape)
  const { memory } = allocateZeros(options.device ?? defaultDevice(), shape)
  fill?.(memory)
  return new Tensor(memory, shape, options.requiresGradient)
}

const isList = (values: unknown): values is ArrayLike<unknown> =>
  Array.isArray(values) || (ArrayBuffer.isView(values) && 'length' in values)

/** The lengths along the first elements. */
function nestingOf(values: unknown): number[] {
  const lengths: number[] = []
  for (let inner = values; isList(inner); inner = inner[0]) lengths.push(inner.length)
  return lengths
}

/** The numbers below, row-major. @throws {ShapeError} Not every part has the same nesting. */
function flatten(values: unknown, nesting: Shape): number[] {
  const flat: number[] = []
  const visit = (part: unknown, place: readonly number[]): void => {
    const expected = nesting.slice(place.length)
    if (isList(part) ? part.length !== expected[0] : expected.length > 0) {
      throw new ShapeError(
        `tensor: expected ${shapeName(expected)}${placeName(place)}, as in the first ones, ` +
          `got ${shapeName(nestingOf(part))}. Give all of them the same length.`,
      )
    }
    if (isList(part)) for (let i = 0; i < part.length; i++) visit(part[i], [...place, i])
    else flat.push(requireNumber(part, place))
  }
  visit(values, [])
  return flat
}

const shapeName = (shape: Shape): string => (shape.length === 0 ? 'a number' : `an array of shape ${shown(shape)}`)
const placeName = (place: readonly number[]): string => (place.length === 0 ? '' : ` at [${place.join('][')}]`)

function requireNumber(value: unknown, place: readonly number[]): number {
  if (typeof value === 'number') return value
  throw new OptionError(
    `tensor: expected numbers, got ${shown(value)}${placeName(place)}. Convert it to a number first.`,
  )
}

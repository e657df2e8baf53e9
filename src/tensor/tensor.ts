/**
 * A tensor: numbers on a device, their shape, and where they came from.
 *
 * Immutable for its users: operations return new tensors (which may share memory). Only an optimizer writes into the
 * matrix of a parameter. What an operation computed and how its gradient goes is the tape's business (`tape.ts`).
 */
import type { Device, Matrix } from '../devices/device.ts'
import { OptionError, ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { columnsOf, rowsOf, type Shape, sizeOf } from './layout.ts'
import { borrow, borrowUnset, Memory } from './memory.ts'

/** From gradients of the outputs to gradients of the inputs; see `record`. */
export type BackwardFunction = (
  gradients: readonly (Matrix | null)[],
  needs: readonly boolean[],
) => readonly (Matrix | null)[]

/** One operation as the tape keeps it. */
export interface RecordedOperation {
  readonly name: string
  /** Counts up: an operation comes after those that made its inputs. */
  readonly id: number
  /** For each input where its gradient goes: the operation that made it, itself if a leaf, null for nowhere. */
  readonly edges: readonly (Origin | Tensor | null)[]
  /** Rows and columns of each output. */
  readonly outputs: readonly { readonly rows: number; readonly columns: number }[]
  /** Tensors of the operation's own, released after the backward pass. */
  saved: readonly Tensor[]
  /** Null once it has run. */
  backward: BackwardFunction | null
}

/** Where a result came from. */
export interface Origin {
  readonly operation: RecordedOperation
  /** Which of its outputs. */
  readonly output: number
}

/** Some rows of a gradient; the others are zero. */
export interface RowGradient {
  /** Their numbers, ascending, each once. */
  readonly rows: Int32Array
  /** [rows.length, C]. */
  readonly values: Tensor
}

export class Tensor {
  /** Sizes, outermost first; [] is one number. */
  readonly shape: Shape
  /** Of a leaf that requires it, after `backward`: the derivative of the loss, same shape; until `zeroGradients`. */
  gradient: Tensor | null = null
  /** In place of `gradient`, of a table that takes gradients of single rows, from look-ups alone. */
  rowGradient: RowGradient | null = null
  /** Whether look-ups in this leaf give a `rowGradient`; an optimizer sets it that leaves other rows alone. */
  takesRowGradients = false
  /** @internal */
  readonly memory: Memory
  /** @internal Set once, by the tape. */
  origin: Origin | null = null
  readonly #isParameter: boolean

  /** @internal Use `tensor`, `zeros`, … to make one. */
  constructor(memory: Memory, shape: Shape, requiresGradient = false) {
    this.memory = memory
    this.shape = Object.freeze([...shape])
    this.#isParameter = requiresGradient
  }

  get device(): Device {
    return this.memory.device
  }

  /** Whether a gradient reaches this: a leaf made so, or a result that depends on one. */
  get requiresGradient(): boolean {
    return this.#isParameter || this.origin !== null
  }

  /**
   * The device's memory, [product of all dimensions but the last, last dimension]. Valid while this tensor is held.
   *
   * @throws {LifetimeError} The step that it belonged to has ended.
   */
  get matrix(): Matrix {
    return this.memory.matrix
  }

  /**
   * The numbers in row-major order, a copy: 32-bit, or 64-bit from the reference device.
   *
   * @throws {LifetimeError} The step that it belonged to has ended.
   */
  toArray(): Float32Array | Float64Array {
    return this.device.read(this.matrix)
  }

  /**
   * The number of a tensor that has only one.
   *
   * @throws {ShapeError} It has more.
   */
  item(): number {
    if (sizeOf(this.shape) === 1) return this.toArray()[0]
    throw new ShapeError(
      `Tensor.item: expected a tensor of one number, got shape ${shown(this.shape)}. Reduce it, or use toArray().`,
    )
  }
}

/** A tensor for an operation that writes all of it, in the current arena. */
export const allocate = (device: Device, shape: Shape): Tensor =>
  new Tensor(new Memory(device, borrowUnset(device, rowsOf(shape), columnsOf(shape))), shape)

/** A leaf that requires its gradient, from numbers that fit the shape, row-major; nothing is checked. */
export function leaf(device: Device, shape: Shape, values: ArrayLike<number>): Tensor {
  const { memory } = allocateZeros(device, shape)
  device.write(memory.matrix, values)
  return new Tensor(memory, shape, true)
}

/** A tensor of zeros, in the current arena. */
export const allocateZeros = (device: Device, shape: Shape): Tensor =>
  new Tensor(new Memory(device, borrow(device, rowsOf(shape), columnsOf(shape))), shape)

/**
 * The device that all of them share.
 *
 * @throws {OptionError} There are two.
 */
export function deviceOf(where: string, tensors: readonly Tensor[]): Device {
  const [first] = tensors
  const other = tensors.find(t => t.device !== first.device)
  if (!other) return first.device
  const isSameKind = first.device.name === other.device.name
  throw new OptionError(
    `${where}: expected tensors of one device, got ${first.device.name} and ${isSameKind ? 'another ' : ''}` +
      `${other.device.name}. Create them with the same { device }.`,
  )
}

/**
 * Who frees what (design §4, Lifetimes).
 *
 * Inside `step` every block belongs to the step's arena and is released at its end. Outside, a block belongs to the
 * tensors that share it and is released after the garbage collector has dropped the last of them. A bare `Matrix` keeps
 * nothing alive: code that runs later (a backward function) holds the tensor, not its matrix.
 */
import type { Device, Matrix } from '../devices/device.ts'
import { LifetimeError } from '../errors/errors.ts'

/** The blocks of one `step`. */
export class Arena {
  readonly #blocks = new Map<Matrix, Device>()
  #isOver = false

  get isOver(): boolean {
    return this.#isOver
  }

  add(device: Device, matrix: Matrix): void {
    this.#blocks.set(matrix, device)
  }

  remove(matrix: Matrix): void {
    this.#blocks.delete(matrix)
  }

  /** Releases every block that was not removed. */
  end(): void {
    this.#isOver = true
    for (const [matrix, device] of this.#blocks) device.release(matrix)
    this.#blocks.clear()
  }
}

let current: Arena | null = null

/** Makes an arena the current one. @returns The one before, to be restored. */
export function exchangeArena(arena: Arena | null): Arena | null {
  const before = current
  current = arena
  return before
}

/** A matrix of zeros without a tensor, for use within one operation; give it back with `giveBack`. */
export const borrow = (device: Device, rows: number, columns: number): Matrix => taken(device, rows, columns, true)

/** The same with whatever stood there, for an operation that writes all of it. */
export const borrowUnset = (device: Device, rows: number, columns: number): Matrix =>
  taken(device, rows, columns, false)

function taken(device: Device, rows: number, columns: number, isZeroed: boolean): Matrix {
  const matrix = device.allocate(rows, columns, isZeroed)
  current?.add(device, matrix)
  return matrix
}

/** Releases a matrix that was borrowed or came from `device.allocate`. */
export function giveBack(device: Device, matrix: Matrix): void {
  current?.remove(matrix)
  device.release(matrix)
}

interface Block {
  readonly device: Device
  readonly matrix: Matrix
}

const collected = new FinalizationRegistry<Block>(({ device, matrix }) => device.release(matrix))

/** One block and its lifetime; shared by a tensor and those that show the same numbers in another shape. */
export class Memory {
  readonly device: Device
  readonly arena: Arena | null
  readonly #matrix: Matrix
  #end: string | null = null

  /**
   * Takes the matrix over, from the current arena if that has it.
   *
   * @param arena  What releases it; null: the garbage collector.
   */
  constructor(device: Device, matrix: Matrix, arena: Arena | null = current) {
    this.device = device
    this.arena = arena
    this.#matrix = matrix
    if (arena !== current) current?.remove(matrix)
    if (arena) arena.add(device, matrix)
    else collected.register(this, { device, matrix }, this)
  }

  /** The block. @throws {LifetimeError} It has ended. */
  get matrix(): Matrix {
    if (this.#end !== null || this.arena?.isOver) throw new LifetimeError(this.#explanation())
    return this.#matrix
  }

  /** Ends it now. @param why Completes "expected a tensor that is still alive, got one …". */
  release(why: string): void {
    const matrix = this.#forget(why)
    if (matrix) this.device.release(matrix)
  }

  /** Ends this and goes on with the same block under another owner. */
  moveTo(arena: Arena | null, why: string): Memory {
    const { matrix } = this
    this.#forget(why)
    return new Memory(this.device, matrix, arena)
  }

  /** Ends this and hands its block over like one from `borrow`. */
  lend(why: string): Matrix {
    const { matrix } = this
    this.#forget(why)
    current?.add(this.device, matrix)
    return matrix
  }

  #forget(why: string): Matrix | null {
    if (this.#end !== null || this.arena?.isOver) return null
    this.#end = why
    if (this.arena) this.arena.remove(this.#matrix)
    else collected.unregister(this)
    return this.#matrix
  }

  #explanation(): string {
    const { rows, columns } = this.#matrix
    const why =
      this.#end ?? 'whose step has ended. Return it from the function given to step, or copy it there with toArray().'
    return `Tensor.matrix: expected a tensor that is still alive, got one of ${rows} × ${columns} values ${why}`
  }
}

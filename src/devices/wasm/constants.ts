/**
 * The constants of a kernel, in memory: an inline `v128.const` keeps an engine from joining neighbouring vectors, so
 * constants are read from a table by `load32_splat`.
 */
export class Constants {
  readonly #bits: number[] = []
  readonly #indexOfBits = new Map<number, number>()
  readonly #start: number

  /** @param start  Byte offset of the table from the address that the kernel is given. */
  constructor(start = 0) {
    this.#start = start
  }

  /** Byte offset of a 32-bit float, rounded to nearest. */
  float(value: number): number {
    return this.bits(floatBits(value))
  }

  /** Byte offset of 32 bits given as an integer. */
  bits(bits: number): number {
    const known = this.#indexOfBits.get(bits | 0)
    const index = known ?? this.#bits.push(bits | 0) - 1
    this.#indexOfBits.set(bits | 0, index)
    return this.#start + 4 * index
  }

  /** What to write at `start`, once the kernel is emitted. */
  get values(): Int32Array {
    return Int32Array.from(this.#bits)
  }
}

const oneFloat = new Float32Array(1)
const itsBits = new Int32Array(oneFloat.buffer)

/** A number's 32 bits, rounded to nearest: how kernels are given one. */
export function floatBits(value: number): number {
  oneFloat[0] = value
  return itsBits[0]
}

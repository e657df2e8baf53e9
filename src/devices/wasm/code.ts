/**
 * The body of one function, written instruction by instruction: the vocabulary of all kernels.
 *
 *     code.get(a).get(b).op('i32.add').set(sum)
 *     code.loop(again => { …; code.get(count).branchIf(again) })
 *
 * Instructions carry the names of the specification's text format (`opcodes.ts`). A local is its index.
 */
import { float32, sequence, signed, unsigned } from './bytes.ts'
import type { LaneInstruction, MemoryInstruction, PlainInstruction } from './opcodes.ts'
import { laneOpcodes, memoryOpcodes, plainOpcodes } from './opcodes.ts'

export const I32 = 0x7f
export const I64 = 0x7e
export const F32 = 0x7d
export const F64 = 0x7c
export const V128 = 0x7b
export type ValueType = typeof I32 | typeof I64 | typeof F32 | typeof F64 | typeof V128

/** A place to branch to: the end of a block, the beginning of a loop. */
export interface Label {
  readonly depth: number
}

const BLOCK = 0x02
const LOOP = 0x03
const IF = 0x04
const ELSE = 0x05
const END = 0x0b
const NO_RESULT = 0x40

export class Code {
  readonly #parameters: number
  readonly #locals: ValueType[] = []
  readonly #bytes: number[] = []
  #depth = 0

  /** @param parameters  How many parameters the function has; they are locals 0, 1, … */
  constructor(parameters: number) {
    this.#parameters = parameters
  }

  /** A new local. */
  local(type: ValueType): number {
    return this.#parameters + this.#locals.push(type) - 1
  }

  get(local: number): this {
    return this.#emit(0x20, unsigned(local))
  }

  set(local: number): this {
    return this.#emit(0x21, unsigned(local))
  }

  tee(local: number): this {
    return this.#emit(0x22, unsigned(local))
  }

  i32(value: number): this {
    return this.#emit(0x41, signed(value))
  }

  /** A constant of 64 bits; the value itself has 32, signed. */
  i64(value: number): this {
    return this.#emit(0x42, signed(value))
  }

  f32(value: number): this {
    return this.#emit(0x43, float32(value))
  }

  op(name: PlainInstruction): this {
    return this.#emit(plainOpcodes[name])
  }

  /** A load or store at the address on the stack plus `offset` bytes. */
  memory(name: MemoryInstruction, offset = 0): this {
    const [opcode, alignment] = memoryOpcodes[name]
    return this.#emit(opcode, [...unsigned(alignment), ...unsigned(offset)])
  }

  lane(name: LaneInstruction, lane: number): this {
    return this.#emit(laneOpcodes[name], [lane])
  }

  /** Lanes 0–3 are those of the first vector on the stack, 4–7 those of the second. */
  shuffle(lanes: readonly [number, number, number, number]): this {
    const bytes = lanes.flatMap(lane => [0, 1, 2, 3].map(i => 4 * lane + i))
    return this.#emit(0xfd000d, bytes)
  }

  /** Copies bytes; on the stack: target, source, count. */
  memoryCopy(): this {
    return this.#emit(0xfc000a, [0, 0])
  }

  /** Sets bytes; on the stack: target, byte, count. */
  memoryFill(): this {
    return this.#emit(0xfc000b, [0])
  }

  call(functionIndex: number): this {
    return this.#emit(0x10, unsigned(functionIndex))
  }

  /** A block whose label is its end. */
  block(body: (end: Label) => void): this {
    return this.#nested(BLOCK, body)
  }

  /** A block whose label is its beginning. */
  loop(body: (again: Label) => void): this {
    return this.#nested(LOOP, body)
  }

  /** Runs `then` if the number on the stack is not 0, else `otherwise`. */
  if(then: () => void, otherwise?: () => void): this {
    return this.#nested(IF, () => {
      then()
      if (!otherwise) return
      this.#emit(ELSE)
      otherwise()
    })
  }

  branch(label: Label): this {
    return this.#emit(0x0c, unsigned(this.#depth - label.depth))
  }

  branchIf(label: Label): this {
    return this.#emit(0x0d, unsigned(this.#depth - label.depth))
  }

  /** Runs the body `count` times and leaves 0 in that local; not at all when it is 0. */
  repeat(count: number, body: () => void): this {
    return this.block(end => {
      this.get(count).op('i32.eqz').branchIf(end)
      this.loop(again => {
        body()
        this.get(count).i32(1).op('i32.sub').tee(count).branchIf(again)
      })
    })
  }

  /** local += what another local holds. */
  addTo(local: number, other: number): this {
    return this.get(local).get(other).op('i32.add').set(local)
  }

  /** local += a constant. */
  step(local: number, bytes: number): this {
    return this.get(local).i32(bytes).op('i32.add').set(local)
  }

  /** The entry of the code section: size, locals in runs of equal types, instructions. */
  assemble(): number[] {
    const runs: [count: number, type: ValueType][] = []
    for (const type of this.#locals) {
      const last = runs[runs.length - 1]
      if (last?.[1] === type) last[0]++
      else runs.push([1, type])
    }
    const locals = sequence(runs.map(([count, type]) => [...unsigned(count), type]))
    const body = [...locals, ...this.#bytes, END]
    return [...unsigned(body.length), ...body]
  }

  #nested(opcode: number, body: (label: Label) => void): this {
    this.#emit(opcode, [NO_RESULT])
    this.#depth++
    body({ depth: this.#depth })
    this.#depth--
    return this.#emit(END)
  }

  #emit(opcode: number, immediate: readonly number[] = []): this {
    if (opcode > 0xff) this.#bytes.push(opcode >>> 16, ...unsigned(opcode & 0xffff))
    else this.#bytes.push(opcode)
    for (const byte of immediate) this.#bytes.push(byte)
    return this
  }
}

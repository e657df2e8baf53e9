/** Loops over the floats of a row, eight a turn, in which padding is never data; and what is summed up from one. */
import type { Code } from './code.ts'
import { I32 } from './code.ts'
import type { PlainInstruction } from './opcodes.ts'
import type { Value, Vectors } from './vectors.ts'

/** Bytes of a turn. */
export const TURN_BYTES = 32

/** The locals of a loop over rows whose last eight floats are masked. */
export interface RowLoop {
  readonly v: Vectors
  /** How many times eight floats a row has, the last included. */
  readonly octets: number
  /** Address of the mask of the last ones: all ones where there is data. */
  readonly tailMask: number
}

/** Keeps the data of a turn and puts `otherwise` in place of padding. */
export type Masked = (value: Value, otherwise: number) => Value

/**
 * Writes the loop over one row: the body for the turns that are all data, then once more for the last.
 *
 * @param pointers  Address locals; they are copied and go on by 32 bytes a turn.
 * @param body      Gets the copies, and how to mask a value.
 */
export function eachTurn(
  { v, octets, tailMask }: RowLoop,
  pointers: readonly number[],
  body: (pointers: readonly number[], masked: Masked) => void,
): void {
  const { code } = v
  const moving = pointers.map(() => code.local(I32))
  const count = code.local(I32)
  moving.forEach((pointer, i) => {
    code.get(pointers[i]).set(pointer)
  })
  code.get(octets).i32(1).op('i32.sub').set(count)
  code.repeat(count, () => {
    v.turn(() => body(moving, value => value))
    for (const pointer of moving) code.step(pointer, TURN_BYTES)
  })
  v.turn(() => {
    const mask = v.load(tailMask)
    body(moving, (value, otherwise) => v.choose(mask, value, v.constant(otherwise)))
  })
}

/** rows times: the body, then each address goes on by its own bytes. */
export function eachRow(
  code: Code,
  rows: number,
  steps: readonly (readonly [number, number])[],
  body: () => void,
): void {
  code.repeat(rows, () => {
    body()
    for (const [address, bytes] of steps) code.addTo(address, bytes)
  })
}

/**
 * All lanes of a value joined by an instruction, in every lane of the result: ((0, 4) with (2, 6)) with ((1, 5) with
 * (3, 7)), an order that no size changes.
 */
export function acrossLanes(v: Vectors, value: Value, instruction: PlainInstruction): Value {
  const { code } = v
  const all = v.variable()[0]
  code.get(value[0])
  for (const other of value.slice(1)) code.get(other).op(instruction)
  code.set(all)
  code.get(all).get(all).get(all).shuffle([2, 3, 0, 1]).op(instruction).set(all)
  code.get(all).get(all).get(all).shuffle([1, 0, 3, 2]).op(instruction).set(all)
  return value.map(() => all)
}

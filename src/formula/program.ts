/**
 * A point-wise program: outputs written as expressions over named inputs, the unit that a device compiles.
 *
 * It runs over the rows and columns of matrices; element (r, j) of each output depends on element (r, j) of the inputs
 * only. All inputs of eight neighbouring elements are read before an output of them is written, so an output may be
 * the same memory as an input.
 */
import { type Expression, topological } from './expression.ts'

export interface ProgramInput {
  /** The `variable` leaf that it binds. */
  readonly name: string
  /** `matrix`: [rows, columns], or [1, columns] for all rows; `column`: [rows, 1], one number for a whole row. */
  readonly kind: 'matrix' | 'column'
}

export interface ProgramOutput {
  readonly name: string
  readonly value: Expression
  /** Adds to what stands there (default: replaces it). */
  readonly accumulate?: boolean
}

export interface Program {
  readonly inputs: readonly ProgramInput[]
  /** The `scalar` leaves, in the order in which a call gives their numbers. */
  readonly scalars: readonly string[]
  readonly outputs: readonly ProgramOutput[]
}

/**
 * A program whose inputs and scalars are those that its outputs use, in order of first use.
 *
 * @param columns  Names of the inputs that are columns, [rows, 1].
 */
export function program(outputs: readonly ProgramOutput[], columns: readonly string[] = []): Program {
  const inputs: ProgramInput[] = []
  const scalars: string[] = []
  for (const e of topological(outputs.map(o => o.value))) {
    const name = e.name as string
    if (e.op === 'variable') inputs.push({ name, kind: columns.includes(name) ? 'column' : 'matrix' })
    if (e.op === 'scalar') scalars.push(name)
  }
  const unique = inputs.filter((a, i) => inputs.findIndex(b => b.name === a.name) === i)
  return { inputs: unique, scalars: [...new Set(scalars)], outputs }
}

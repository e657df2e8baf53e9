/** The signs of a cell's quantities as they stand in formulas: f with the index t, C̃ with the index t. */
import type { Equations } from '../../../src/formula/equations.ts'
import { identifier, indexed, type MathNode, math, operator, stepBefore } from '../../../src/formula/mathml.ts'

export interface Sign {
  readonly letter: string
  readonly hasTilde?: boolean
}

const LETTERS: Readonly<Record<string, string>> = {
  inputGate: 'i',
  forgetGate: 'f',
  outputGate: 'o',
  resetGate: 'r',
  updateGate: 'z',
  c: 'C',
}

/** A candidate is that of the state it is meant for: C̃ of C, else h̃. A name that is not ours stands as it is. */
export function signOf(name: string, cell: Pick<Equations, 'state'>): Sign {
  if (name === 'candidate') return { letter: Object.hasOwn(cell.state, 'c') ? 'C' : 'h', hasTilde: true }
  return { letter: LETTERS[name] ?? name }
}

/** For text: `C̃`. */
export const plainSign = ({ letter, hasTilde }: Sign): string => (hasTilde ? `${letter}\u0303` : letter)

export const NOW: readonly MathNode[] = [identifier('t')]

/** With its time as an index. */
export function signNode({ letter, hasTilde }: Sign, time: 'now' | 'before' = 'now'): MathNode {
  const bare = identifier(letter)
  const sign = hasTilde ? math('mover', bare, operator('~')) : bare
  return indexed(sign, ...(time === 'now' ? NOW : stepBefore))
}

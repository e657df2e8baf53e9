/**
 * The functions that may stand for an activation, by the names that options use.
 */
import { apply, type Expression } from './expression.ts'
import { operations } from './operations.ts'

const NOT_ACTIVATIONS = ['neg', 'exp', 'log', 'sqrt', 'abs', 'erf']

/** Every function of one value in the table that makes sense after a sum. */
export const activationNames: readonly string[] = Object.keys(operations).filter(
  name => operations[name].arity === 1 && !NOT_ACTIVATIONS.includes(name),
)

/** The function of that name; `activationNames` has them. */
export const activationNamed =
  (name: string) =>
  (x: Expression): Expression =>
    apply(name, [x])

/**
 * How each primitive of `formula/operations.ts` is computed on vectors. An operation that has an `expand` there needs
 * no entry here: it is expanded until only these are left.
 */
import { erf, exp, log, sigmoid, tanh } from '../functions.ts'
import type { Value, Vectors } from '../vectors.ts'

type Instruction = (v: Vectors, ...operands: Value[]) => Value

export const instructions: Readonly<Record<string, Instruction>> = {
  add: (v, a, b) => v.add(a, b),
  sub: (v, a, b) => v.sub(a, b),
  mul: (v, a, b) => v.mul(a, b),
  div: (v, a, b) => v.div(a, b),
  // Not in the language: `lower.ts` makes them of add and sub with a product, c + a · b and c − a · b.
  madd: (v, c, a, b) => v.madd(c, a, b),
  nmadd: (v, c, a, b) => v.nmadd(c, a, b),
  neg: (v, a) => v.op('f32x4.neg', a),
  abs: (v, a) => v.op('f32x4.abs', a),
  sqrt: (v, a) => v.op('f32x4.sqrt', a),
  // The exact ones, as Math.min and Math.max: NaN wins, −0 is below 0.
  min: (v, a, b) => v.op('f32x4.min', a, b),
  max: (v, a, b) => v.op('f32x4.max', a, b),
  exp: (v, a) => exp(v, a),
  log,
  erf,
  sigmoid,
  tanh,
  ifLess: (v, a, b, x, y) => v.choose(v.op('f32x4.lt', a, b), x, y),
  ifLessEqual: (v, a, b, x, y) => v.choose(v.op('f32x4.le', a, b), x, y),
  ifEqual: (v, a, b, x, y) => v.choose(v.op('f32x4.eq', a, b), x, y),
}

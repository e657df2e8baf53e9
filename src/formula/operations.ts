/**
 * The operations of the expression language, one entry each: what it computes in 64 bits, and its gradient.
 *
 * A gradient is written as the contributions to each argument, given the arguments, the operation's own output y and
 * the adjoint g (the derivative of the loss with respect to y). Where it can be, it goes through y, which the forward
 * pass has at hand: s·(1 − s) for the sigmoid, 1 − t² for tanh.
 *
 * An entry with `expand` is written in terms of other operations; the kernels and, if it has no `gradient` of its own,
 * the derivative see the expansion. To add an operation: one entry here, one constructor in `expression.ts`, and, only
 * if it is not an expansion, one in `devices/wasm/pointwise/instructions.ts`. The tests walk this table.
 */

import { erf } from './erf.ts'
import {
  abs,
  add,
  constant,
  div,
  type Expression,
  erf as erfOf,
  exp,
  ifEqual,
  ifLess,
  ifLessEqual,
  log,
  max,
  min,
  mul,
  neg,
  sigmoid,
  softplus,
  sub,
} from './expression.ts'

/** The arguments of an operation; those beyond its arity are never looked at. */
type Arguments = readonly [Expression, Expression, Expression, Expression]
type Gradient = (args: Arguments, y: Expression, g: Expression) => (Expression | null)[]

export interface Operation {
  readonly arity: number
  /** The value in 64 bits. */
  readonly evaluate: (...args: number[]) => number
  /** Contributions to each argument's adjoint; null: none. */
  readonly gradient?: Gradient
  /** The same written in other operations. */
  readonly expand?: (...args: Expression[]) => Expression
  /** How it is printed: an infix sign, or, if none, name(args). */
  readonly sign?: string
  /** Costs more than reading its value back: the backward pass uses the saved output. */
  readonly expensive?: boolean
}

const logistic = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))
const softPlus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

export const operations: Readonly<Record<string, Operation>> = {
  add: { arity: 2, sign: '+', evaluate: (a, b) => a + b, gradient: (_, _y, g) => [g, g] },
  sub: { arity: 2, sign: '-', evaluate: (a, b) => a - b, gradient: (_, _y, g) => [g, neg(g)] },
  mul: { arity: 2, sign: '*', evaluate: (a, b) => a * b, gradient: ([a, b], _, g) => [mul(g, b), mul(g, a)] },
  div: {
    arity: 2,
    sign: '/',
    expensive: true,
    evaluate: (a, b) => a / b,
    gradient: ([, b], y, g) => [div(g, b), neg(div(mul(g, y), b))],
  },
  neg: { arity: 1, evaluate: a => -a, gradient: (_, _y, g) => [neg(g)] },
  exp: { arity: 1, expensive: true, evaluate: Math.exp, gradient: (_, y, g) => [mul(g, y)] },
  log: { arity: 1, expensive: true, evaluate: Math.log, gradient: ([a], _, g) => [div(g, a)] },
  sqrt: { arity: 1, expensive: true, evaluate: Math.sqrt, gradient: (_, y, g) => [div(mul(g, constant(0.5)), y)] },
  // At a kink the gradient is PyTorch's: 0 (abs, relu at 0; hard functions at their bounds), an even split (min, max).
  abs: {
    arity: 1,
    evaluate: Math.abs,
    gradient: ([a], _, g) => [ifLess(a, 0, neg(g), ifLess(0, a, g, 0))],
  },
  min: {
    arity: 2,
    evaluate: (a, b) => Math.min(a, b),
    gradient: ([a, b], _, g) => [side(a, b, g), side(b, a, g)],
  },
  max: {
    arity: 2,
    evaluate: (a, b) => Math.max(a, b),
    gradient: ([a, b], _, g) => [side(b, a, g), side(a, b, g)],
  },
  erf: {
    arity: 1,
    expensive: true,
    evaluate: erf,
    gradient: ([a], _, g) => [mul(g, mul(2 / Math.sqrt(Math.PI), exp(neg(mul(a, a)))))],
  },
  sigmoid: {
    arity: 1,
    expensive: true,
    evaluate: logistic,
    gradient: (_, y, g) => [mul(g, mul(y, sub(1, y)))],
  },
  tanh: { arity: 1, expensive: true, evaluate: Math.tanh, gradient: (_, y, g) => [mul(g, sub(1, mul(y, y)))] },
  relu: {
    arity: 1,
    evaluate: a => Math.max(a, 0),
    expand: a => max(a, 0),
    gradient: (_, y, g) => [ifLess(0, y, g, 0)],
  },
  softplus: {
    arity: 1,
    expensive: true,
    evaluate: softPlus,
    expand: a => add(max(a, 0), log(add(1, exp(neg(abs(a)))))),
    gradient: ([a], _, g) => [mul(g, sigmoid(a))],
  },
  logSigmoid: { arity: 1, expensive: true, evaluate: a => -softPlus(-a), expand: a => neg(softplus(neg(a))) },
  // Slope 0.01, as torch.nn.LeakyReLU.
  leakyRelu: {
    arity: 1,
    evaluate: a => (a > 0 ? a : 0.01 * a),
    expand: a => ifLess(0, a, a, mul(0.01, a)),
  },
  // Clevert et al. 2015, eq. 15 with α = 1.
  elu: {
    arity: 1,
    expensive: true,
    evaluate: a => (a > 0 ? a : Math.expm1(a)),
    expand: a => ifLess(0, a, a, sub(exp(min(a, 0)), 1)),
    gradient: (_, y, g) => [ifLess(0, y, g, mul(g, add(y, 1)))],
  },
  // Hendrycks & Gimpel 2016: x Φ(x), the exact form.
  gelu: {
    arity: 1,
    expensive: true,
    evaluate: a => 0.5 * a * (1 + erf(a * Math.SQRT1_2)),
    expand: a => mul(mul(0.5, a), add(1, erfOf(mul(a, Math.SQRT1_2)))),
  },
  silu: { arity: 1, expensive: true, evaluate: a => a * logistic(a), expand: a => mul(a, sigmoid(a)) },
  softsign: { arity: 1, expensive: true, evaluate: a => a / (1 + Math.abs(a)), expand: a => div(a, add(1, abs(a))) },
  // x/6 + 1/2 between 0 and 1, as torch.nn.Hardsigmoid.
  hardSigmoid: {
    arity: 1,
    evaluate: a => Math.min(Math.max(a / 6 + 0.5, 0), 1),
    expand: a => min(max(add(mul(a, 1 / 6), 0.5), 0), 1),
    gradient: (_, y, g) => [between(0, y, 1, mul(g, 1 / 6))],
  },
  hardTanh: {
    arity: 1,
    evaluate: a => Math.min(Math.max(a, -1), 1),
    expand: a => min(max(a, -1), 1),
    gradient: (_, y, g) => [between(-1, y, 1, g)],
  },
  ifLess: {
    arity: 4,
    evaluate: (a, b, x, y) => (a < b ? x : y),
    gradient: ([a, b], _, g) => [null, null, ifLess(a, b, g, 0), ifLess(a, b, 0, g)],
  },
  ifLessEqual: {
    arity: 4,
    evaluate: (a, b, x, y) => (a <= b ? x : y),
    gradient: ([a, b], _, g) => [null, null, ifLessEqual(a, b, g, 0), ifLessEqual(a, b, 0, g)],
  },
  ifEqual: {
    arity: 4,
    evaluate: (a, b, x, y) => (a === b ? x : y),
    gradient: ([a, b], _, g) => [null, null, ifEqual(a, b, g, 0), ifEqual(a, b, 0, g)],
  },
}

/** The adjoint that reaches `chosen` when the smaller of (chosen, other) is taken: all, half at a tie, none. */
function side(chosen: Expression, other: Expression, g: Expression): Expression {
  return ifLess(chosen, other, g, ifEqual(chosen, other, mul(0.5, g), 0))
}

/** g strictly between the bounds, 0 at them and beyond. */
const between = (lower: number, y: Expression, upper: number, g: Expression): Expression =>
  ifLess(lower, y, ifLess(y, upper, g, 0), 0)

/** What an expansion of this node is, one level down; null for a primitive or a leaf. */
export function expandOnce(e: Expression): Expression | null {
  const operation = operations[e.op]
  return operation?.expand ? operation.expand(...e.args) : null
}

/** Contributions to the adjoints of an operation's arguments; null where it has no rule but its expansion. */
export function gradientOf(op: string, args: readonly Expression[], y: Expression, g: Expression) {
  return operations[op]?.gradient?.(args as unknown as Arguments, y, g) ?? null
}

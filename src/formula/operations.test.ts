import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { derivative } from './derivative.ts'
import { erf } from './erf.ts'
import * as constructors from './expression.ts'
import { apply, constant, type Expression, leafKinds, variable } from './expression.ts'
import { Graph } from './graph.ts'
import { evaluate } from './interpret.ts'
import { expandOnce, operations } from './operations.ts'

/** Central differences with this step err by some 1e-10 at these points, whose values are near 1. */
const STEP = 1e-5
const GRADIENT_TOLERANCE = 1e-6
/** Two ways to write a function differ by a few roundings. */
const VALUE_TOLERANCE = 1e-14

const everywhere = [[-3.7], [-1.3], [-0.4], [0.2], [0.9], [2.6], [4.5]]
const positive = [[0.1], [0.8], [2.5], [30]]
const pairs = [
  [0.7, -1.2],
  [-0.3, 2.1],
  [1.5, 1.1],
  [-2, -0.5],
]
const choices = pairs.flatMap(([a, b]) => [[a, b, 0.4, -1.7] as number[], [b, a, -2.2, 0.6] as number[]])

/** Arguments away from kinks, at which gradients and expansions are checked. A new operation needs an entry. */
const points: Readonly<Record<string, readonly (readonly number[])[]>> = {
  add: pairs,
  sub: pairs,
  mul: pairs,
  div: pairs,
  min: pairs,
  max: pairs,
  neg: everywhere,
  exp: everywhere,
  log: positive,
  sqrt: positive,
  abs: everywhere,
  erf: everywhere,
  sigmoid: everywhere,
  tanh: everywhere,
  relu: everywhere,
  softplus: [...everywhere, [40], [-40]],
  logSigmoid: [...everywhere, [40], [-40]],
  leakyRelu: everywhere,
  elu: everywhere,
  gelu: everywhere,
  silu: everywhere,
  softsign: everywhere,
  hardSigmoid: everywhere,
  hardTanh: everywhere,
  ifLess: choices,
  ifLessEqual: choices,
  ifEqual: [[0.5, 0.5, 1.2, -0.4], ...choices],
}

const near = (actual: number, expected: number, tolerance: number, what: string) =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: expected ${expected}, got ${actual}, tolerance ${tolerance}`,
  )

const argumentsOf = (arity: number) => Array.from({ length: arity }, (_, i) => variable(`x${i}`))

/** The value of an expression over x0, x1, … and g. */
const valueAt = (e: Expression, at: readonly number[], g = 1) =>
  evaluate(e, leaf => (leaf.name === 'g' ? g : (at[Number(leaf.name?.slice(1))] as number)))

/** d op(at) / d argument i, from the operation's rule or its expansion. */
function gradientAt(op: string, at: readonly number[], i: number, g = 1): number {
  const args = argumentsOf(at.length)
  const expression = derivative(new Graph(), apply(op, args), variable('g'), args[i] as Expression)
  return expression ? valueAt(expression, at, g) : 0
}

describe('each operation', () => {
  for (const [op, operation] of Object.entries(operations)) {
    it(`${op}: has a constructor of its name, points to check, and the arity it says`, () => {
      const make: unknown = Object.entries(constructors).find(([name]) => name === op)?.[1]
      assert.ok(typeof make === 'function', `expression.ts has no ${op}`)
      const args = argumentsOf(operation.arity)
      assert.deepEqual(make(...args), apply(op, args))
      assert.ok(!leafKinds.some(kind => kind === op), 'an operation may not have the name of a leaf')
      assert.ok((points[op] ?? []).length > 0, `no test points for ${op}`)
      for (const at of points[op] ?? []) assert.equal(at.length, operation.arity)
    })

    it(`${op}: its gradient equals central differences`, () => {
      for (const at of points[op] ?? []) {
        at.forEach((x, i) => {
          const high = operation.evaluate(...at.with(i, x + STEP))
          const low = operation.evaluate(...at.with(i, x - STEP))
          // A condition decides at its equal arguments; no gradient reaches it.
          const expected = op.startsWith('if') && i < 2 ? 0 : (0.7 * (high - low)) / (2 * STEP)
          near(gradientAt(op, at, i, 0.7), expected, GRADIENT_TOLERANCE, `${op}(${at}), argument ${i}`)
        })
      }
    })

    if (!operation.expand) continue
    it(`${op}: its expansion has its value and, where it has a gradient of its own, its gradient`, () => {
      const args = argumentsOf(operation.arity)
      const expansion = expandOnce(apply(op, args)) as Expression
      for (const at of points[op] ?? []) {
        near(valueAt(expansion, at), operation.evaluate(...at), VALUE_TOLERANCE, `${op}(${at})`)
        const slope = derivative(new Graph(), expansion, constant(1), args[0] as Expression) as Expression
        near(valueAt(slope, at), gradientAt(op, at, 0), GRADIENT_TOLERANCE, `the slope of ${op}(${at})`)
      }
    })
  }
})

describe('gradients at kinks are those of PyTorch', () => {
  /*
   * x = torch.tensor(0., requires_grad=True); f(x).backward(); x.grad, with f of torch.nn.functional. For max and min
   * torch.maximum and torch.minimum of two tensors.
   */
  const atKink: readonly (readonly [string, readonly number[], number])[] = [
    ['relu', [0], 0],
    ['abs', [0], 0],
    ['leakyRelu', [0], 0.01],
    ['elu', [0], 1],
    ['softsign', [0], 1],
    ['hardTanh', [-1], 0],
    ['hardTanh', [1], 0],
    ['hardSigmoid', [-3], 0],
    ['hardSigmoid', [3], 0],
    ['max', [0.5, 0.5], 0.5],
    ['min', [0.5, 0.5], 0.5],
  ]
  for (const [op, at, expected] of atKink) {
    it(`${op}(${at}): ${expected}`, () => {
      for (const i of at.keys()) assert.equal(gradientAt(op, at, i), expected)
    })
  }
})

describe('functions at the ends of their range', () => {
  it('do not overflow where the result does not', () => {
    for (const [op, x, expected] of [
      ['sigmoid', -1000, 0],
      ['sigmoid', 1000, 1],
      ['softplus', 1000, 1000],
      ['softplus', -1000, 0],
      ['logSigmoid', -1000, -1000],
      ['tanh', 1000, 1],
      ['elu', -1000, -1],
      ['erf', -30, -1],
      ['erf', 0, 0],
    ] as const) {
      assert.equal(operations[op]?.evaluate(x), expected, `${op}(${x})`)
    }
    // Through its expansion, as the kernels compute it.
    for (const x of [-1000, 1000]) {
      const expansion = expandOnce(apply('elu', [constant(x)])) as Expression
      assert.equal(valueAt(expansion, []), x < 0 ? -1 : 1000)
    }
  })
})

describe('erf', () => {
  // Abramowitz & Stegun, table 7.1; 16 digits from Python's math.erf.
  const published = [
    [1e-9, 1.1283791670955127e-9],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [2.499999, 0.9995930458042653],
    [2.5, 0.999593047982555],
    [3, 0.9999779095030014],
    [5, 0.9999999999984626],
    [6.5, 1],
  ] as const
  it('equals published values', () => {
    for (const [x, expected] of published) {
      near(erf(x) / expected, 1, 1e-14, `erf(${x})`)
      assert.equal(erf(-x), -erf(x))
    }
    assert.ok(Number.isNaN(erf(Number.NaN)))
  })
})

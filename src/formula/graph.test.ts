import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { adjoints, derivative } from './derivative.ts'
import {
  abs,
  add,
  apply,
  constant,
  div,
  type Expression,
  exp,
  ifLess,
  max,
  mul,
  neg,
  relu,
  sigmoid,
  silu,
  sub,
  tanh,
  topological,
  variable,
} from './expression.ts'
import { Graph } from './graph.ts'
import { evaluate, interpret } from './interpret.ts'
import { operations } from './operations.ts'
import { print } from './print.ts'
import { substitute, substituteAll } from './substitution.ts'

/** Simplification may reorder nothing, so a graph's value differs by roundings of a few operations at most. */
const VALUE_TOLERANCE = 1e-12
/** Central differences with this step over graphs of some twenty smooth operations with bounded values. */
const STEP = 1e-5
const GRADIENT_TOLERANCE = 1e-6

const [x, y] = [variable('x'), variable('y')]
const valueAt = (e: Expression, at: Readonly<Record<string, number>>) =>
  evaluate(e, leaf => at[leaf.name as string] as number)
const sizeOf = (e: Expression) => topological([e]).length

const near = (actual: number, expected: number, tolerance: number, what: string) =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what}: expected ${expected}, got ${actual}, tolerance ${tolerance}`,
  )

const SMOOTH = ['add', 'sub', 'mul', 'neg', 'erf', 'sigmoid', 'tanh', 'softplus', 'logSigmoid', 'gelu', 'silu']
const KINKED = ['abs', 'relu', 'min', 'max', 'leakyRelu', 'elu', 'softsign', 'hardSigmoid', 'hardTanh', 'ifLess']

/** Graphs with shared parts: each node takes its arguments from those before it. Constants invite simplification. */
function graphs(ops: readonly string[]) {
  const instruction = fc.tuple(fc.constantFrom(...ops), fc.array(fc.nat(), { minLength: 4, maxLength: 4 }))
  return fc.array(instruction, { minLength: 1, maxLength: 12 }).map(program => {
    const nodes = [x, y, ...[0, 1, -1, 0.3].map(constant)]
    for (const [op, picks] of program) {
      const args = picks.slice(0, operations[op]?.arity).map(k => nodes[k % nodes.length] as Expression)
      // Squashed where values or slopes could grow: central differences need both near 1.
      const node = apply(op, op === 'mul' ? args.map(tanh) : args)
      nodes.push(op === 'add' || op === 'sub' ? mul(0.5, node) : node)
    }
    return nodes[nodes.length - 1] as Expression
  })
}
/** Values of x and y, unequal and beside the round numbers: kinks are where things are equal. */
const number = fc.double({ min: -1.5, max: 1.5, noNaN: true })
const points = fc.tuple(number, number).map(([a, b]) => ({ x: a + 0.0123, y: 0.917 * b + 0.0456 }))

describe('a graph', () => {
  it('makes equal expressions one object and keeps different ones apart', () => {
    const graph = new Graph()
    assert.equal(graph.add(add(sigmoid(x), y)), graph.add(add(sigmoid(variable('x')), variable('y'))))
    assert.notEqual(graph.add(sub(x, y)), graph.add(sub(y, x)))
    assert.notEqual(graph.add(constant(0)), graph.add(constant(-0)))
    assert.equal(graph.add(graph.add(mul(x, y))), graph.add(mul(x, y)))
  })

  it('keeps nodes from outside apart when it rebuilds with them', () => {
    const graph = new Graph()
    const node = graph.add(mul(x, y))
    const [a, b] = [variable('a'), variable('b')]
    assert.notEqual(graph.rebuild(node, [x, a]), graph.rebuild(node, [x, b]))
    const [first, second] = substituteAll(graph, [node, neg(node)], new Map([[graph.add(x), a]]))
    assert.equal(print(first as Expression), 'a * y')
    assert.equal(print(second as Expression), '-(a * y)')
    assert.equal(print(substitute(graph, node, new Map([[graph.add(x), b]]))), 'b * y')
  })

  it('simplifies what can be known without the values', () => {
    const simplified: readonly (readonly [Expression, string])[] = [
      [add(x, 0), 'x'],
      [add(0, x), 'x'],
      [sub(x, 0), 'x'],
      [sub(0, x), '-x'],
      [mul(x, 1), 'x'],
      [mul(1, x), 'x'],
      [mul(x, 0), '0'],
      [mul(-1, x), '-x'],
      [div(x, 1), 'x'],
      [div(0, x), '0'],
      [neg(neg(x)), 'x'],
      [add(x, neg(y)), 'x - y'],
      [add(neg(x), y), 'y - x'],
      [sub(x, neg(y)), 'x + y'],
      [mul(add(1, 2), sub(x, neg(0))), '3 * x'],
      [ifLess(x, y, exp(x), exp(x)), 'exp(x)'],
    ]
    for (const [e, text] of simplified) assert.equal(print(new Graph().add(e)), text)
  })

  it('keeps the value of random graphs', () => {
    fc.assert(
      fc.property(graphs([...SMOOTH, ...KINKED]), points, (e, at) => {
        near(valueAt(new Graph().add(e), at), valueAt(e, at), VALUE_TOLERANCE, print(e))
      }),
      { numRuns: 500 },
    )
  })
})

describe('the symbolic derivative', () => {
  it('of random smooth graphs equals central differences', () => {
    fc.assert(
      fc.property(graphs(SMOOTH), points, (e, at) => {
        for (const name of ['x', 'y'] as const) {
          const slope = derivative(new Graph(), e, constant(1), variable(name))
          const moved = (h: number) => valueAt(e, { ...at, [name]: at[name] + h })
          const expected = (moved(STEP) - moved(-STEP)) / (2 * STEP)
          near(
            slope ? valueAt(slope, at) : 0,
            expected,
            GRADIENT_TOLERANCE,
            `d/d${name} ${print(e)} at ${at.x}, ${at.y}`,
          )
        }
      }),
      { numRuns: 500 },
    )
  })

  it('of random graphs with kinks equals central differences away from them', () => {
    fc.assert(
      fc.property(graphs(KINKED), points, (e, at) => {
        const slope = derivative(new Graph(), e, constant(1), x)
        const [left, here, right] = [-STEP, 0, STEP].map(h => valueAt(e, { ...at, x: at.x + h })) as [
          number,
          number,
          number,
        ]
        const sides = [(here - left) / STEP, (right - here) / STEP]
        // At a kink, or nearer to it than the step, the two differ and nothing can be said.
        fc.pre(Math.abs((sides[0] as number) - (sides[1] as number)) < 1e-4)
        near(slope ? valueAt(slope, at) : 0, sides[0] as number, 1e-3, `d/dx ${print(e)} at ${at.x}, ${at.y}`)
      }),
      { numRuns: 500 },
    )
  })

  it('adds up over all uses and all seeds', () => {
    const graph = new Graph()
    const shared = tanh(x)
    const total = adjoints(graph, [
      [graph.add(mul(shared, shared)), constant(1)],
      [graph.add(exp(shared)), constant(3)],
    ])
    const slope = total.get(graph.add(x)) as Expression
    const t = Math.tanh(0.4)
    near(valueAt(slope, { x: 0.4 }), (2 * t + 3 * Math.exp(t)) * (1 - t * t), VALUE_TOLERANCE, 'slope')
  })

  it('is null where nothing depends on the variable', () => {
    assert.equal(derivative(new Graph(), exp(x), constant(1), y), null)
    assert.equal(derivative(new Graph(), ifLess(x, 0, y, mul(y, y)), constant(1), x), null)
  })

  it('of an operation that is only an expansion does not look into its argument or adjoint', () => {
    // The stand-ins of one expansion must not meet those of another below it.
    const e = silu(silu(mul(x, silu(x))))
    const slope = derivative(new Graph(), e, mul(x, silu(y)), x) as Expression
    const at = { x: 0.7, y: -0.4 }
    const moved = (h: number) => valueAt(e, { ...at, x: at.x + h })
    const expected = (valueAt(mul(x, silu(y)), at) * (moved(STEP) - moved(-STEP))) / (2 * STEP)
    near(valueAt(slope, at), expected, GRADIENT_TOLERANCE, 'slope')
  })
})

describe('the size of a graph', () => {
  it('stays linear: the derivative of a chain of 1000', () => {
    for (const link of [sigmoid, silu, (e: Expression) => mul(e, e), (e: Expression) => max(abs(e), relu(add(e, e)))]) {
      const sizes = [500, 1000].map(depth => {
        let e: Expression = x
        for (let k = 0; k < depth; k++) e = link(e)
        return sizeOf(derivative(new Graph(), e, constant(1), x) as Expression)
      }) as [number, number]
      assert.ok(sizes[1] < 2.2 * sizes[0], `${sizes}`)
      assert.ok(sizes[1] < 30 * 1000, `${sizes}`)
    }
  })

  it('may be 10,000 deep without exhausting the stack, for any part of the language', () => {
    let e: Expression = x
    for (let k = 0; k < 10_000; k++) e = k % 2 ? tanh(e) : add(e, mul(e, y))
    const graph = new Graph()
    const unique = graph.add(e)
    assert.equal(topological([unique]).length, 15_002)
    assert.ok(derivative(graph, e, constant(1), x))
    assert.ok(substitute(graph, e, new Map([[graph.add(y), graph.add(sigmoid(x))]])))
    assert.ok(print(e).length < 20_000)
    assert.equal(interpret([unique], () => 0.5, 1).length, 1)
  })
})

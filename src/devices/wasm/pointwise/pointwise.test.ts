import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  add,
  apply,
  constant,
  div,
  type Expression,
  exp,
  log,
  max,
  mul,
  neg,
  scalar,
  sigmoid,
  sqrt,
  sub,
  tanh,
  topological,
  variable,
} from '../../../formula/expression.ts'
import { interpret } from '../../../formula/interpret.ts'
import { operations } from '../../../formula/operations.ts'
import { program } from '../../../formula/program.ts'
import { Bench, modes } from './pointwise.test-bench.ts'

/**
 * Each node of a graph adds an error of at most this share of the larger of its value and the operations' absolute
 * errors (functions.ts), and hands on its arguments' errors, times its slope.
 */
const NODE_ERROR = 1e-6

const numbers = (count: number, seed: number) =>
  Array.from({ length: count }, (_, i) => Math.fround(Math.sin(seed + 1.7 * i) * 3))

/** Graphs of smooth operations: a comparison may rightly fall on the other side of a step. */
const smooth = Object.keys(operations).filter(
  op => !op.startsWith('if') && !['log', 'sqrt', 'div', 'exp', 'abs', 'min', 'max', 'relu'].includes(op),
)

/** A random graph over x, y and s: each node takes arguments among the nodes before it. */
const graphs = fc
  .array(fc.tuple(fc.constantFrom(...smooth), fc.nat(1000), fc.nat(1000)), { minLength: 1, maxLength: 25 })
  .map(choices => {
    const nodes: Expression[] = [variable('x'), variable('y'), scalar('s'), constant(0.37)]
    for (const [op, i, j] of choices) {
      const args = [i, j].slice(0, operations[op].arity).map(k => nodes[nodes.length - 1 - (k % nodes.length)])
      nodes.push(apply(op, args))
    }
    return [nodes[nodes.length - 1], nodes[nodes.length >> 1]]
  })

/**
 * How far 32-bit arithmetic may be off, by a running error analysis: each node's own error plus its arguments' errors
 * times its slope, taken as the difference quotient over the arguments' uncertainty.
 */
function bounds(root: Expression, leaf: (e: Expression) => number): { value: number; error: number } {
  const done = new Map<Expression, { value: number; error: number }>()
  for (const e of topological([root])) {
    if (e.args.length === 0) {
      const value = e.op === 'constant' ? (e.value as number) : leaf(e)
      done.set(e, { value, error: Math.abs(value) * NODE_ERROR })
      continue
    }
    const args = e.args.map(a => done.get(a) as { value: number; error: number })
    const { evaluate } = operations[e.op]
    const value = evaluate(...args.map(a => a.value))
    const largest = Math.max(1, Math.abs(value), ...args.map(a => Math.abs(a.value)))
    let error = NODE_ERROR * largest
    args.forEach((a, i) => {
      for (const sign of [-1, 1]) {
        const moved = evaluate(...args.map((b, k) => (k === i ? b.value + sign * a.error : b.value)))
        error += Math.abs(moved - value)
      }
    })
    done.set(e, { value, error })
  }
  return done.get(root) as { value: number; error: number }
}

for (const [mode, arithmetic] of modes) {
  test(`random graphs agree with the interpreter within their error bounds (${mode})`, () => {
    const bench = new Bench(arithmetic)
    fc.assert(
      fc.property(graphs, ([first, second]) => {
        const p = program([
          { name: 'a', value: first },
          { name: 'b', value: second },
        ])
        const [rows, columns, s] = [2, 11, 0.625]
        const data: Record<string, number[]> = { x: numbers(rows * columns, 1), y: numbers(rows * columns, 2) }
        const inputs = p.inputs.map(({ name }) => ({ rows, columns, values: data[name] }))
        if (inputs.length === 0) return
        const results = bench.run(
          p,
          inputs,
          p.scalars.map(() => s),
        )
        for (let i = 0; i < rows * columns; i++) {
          const leaf = (e: Expression) => (e.op === 'scalar' ? s : data[e.name as string][i])
          p.outputs.forEach(({ value }, k) => {
            const { value: expected, error } = bounds(value, leaf)
            // Beyond this, an intermediate value may leave the 32-bit numbers.
            if (!(Math.abs(expected) < 1e15 && error < 1e15)) return
            const difference = Math.abs(results[k][i] - expected)
            assert.ok(difference <= error, `element ${i}: expected ${expected}, got ${results[k][i]}, allowed ${error}`)
          })
        }
      }),
      { numRuns: 150 },
    )
  })
}

const x = variable('x')
const y = variable('y')

for (const [mode, arithmetic] of modes) {
  test(`rows, single rows and columns are told apart, on any size (${mode})`, () => {
    const bench = new Bench(arithmetic)
    const p = program(
      [{ name: 'o', value: add(mul(x, variable('row')), mul(scalar('s'), variable('column'))) }],
      ['column'],
    )
    for (const [rows, columns] of [
      [1, 1],
      [3, 1],
      [1, 8],
      [2, 9],
      [5, 16],
      [4, 31],
    ]) {
      const data: Record<string, { rows: number; columns: number; values: number[] }> = {
        x: { rows, columns, values: numbers(rows * columns, 3) },
        row: { rows: 1, columns, values: numbers(columns, 4) },
        column: { rows, columns: 1, values: numbers(rows, 5) },
      }
      const [result] = bench.run(
        p,
        p.inputs.map(i => data[i.name]),
        [0.5],
      )
      result.forEach((value, i) => {
        const [r, c] = [Math.floor(i / columns), i % columns]
        const expected = data.x.values[i] * data.row.values[c] + 0.5 * data.column.values[r]
        assert.ok(Math.abs(value - expected) < 1e-6, `[${rows}, ${columns}] at ${r}, ${c}: ${value}, not ${expected}`)
      })
    }
  })

  test(`an output is added to, and may be the memory of an input (${mode})`, () => {
    const bench = new Bench(arithmetic)
    const p = program([
      { name: 'sum', value: mul(x, y), accumulate: true },
      { name: 'swap', value: sub(x, y) },
    ])
    const [columns, xs, ys] = [13, numbers(13, 6), numbers(13, 7)]
    const [sum] = bench.run(
      p,
      [xs, ys].map(values => ({ rows: 1, columns, values })),
      [],
      10,
    )
    sum.forEach((value, i) => {
      assert.ok(Math.abs(value - (10 + xs[i] * ys[i])) < 2e-6)
    })

    const [a, b] = [xs, ys].map(values => ({ address: bench.put({ rows: 1, columns, values }), rowStrideBytes: 0 }))
    const both = program([
      { name: 'a', value: add(x, y) },
      { name: 'b', value: sub(x, y) },
    ])
    bench.kernels.compile(both).run([a, b, a, b], [], 1, columns)
    assert.deepEqual(
      bench.get(a.address, 1, columns),
      xs.map((_, i) => Math.fround(xs[i] + ys[i])),
    )
    assert.deepEqual(
      bench.get(b.address, 1, columns),
      xs.map((_, i) => Math.fround(xs[i] - ys[i])),
    )
  })

  test(`the bits do not depend on how rows are split, nor on what else a program stores (${mode})`, () => {
    const bench = new Bench(arithmetic)
    const gate = mul(sigmoid(x), tanh(y))
    const value = add(mul(x, y), mul(gate, sub(1, exp(gate))))
    const alone = program([{ name: 'o', value }])
    const recorded = program([
      { name: 'gate', value: gate },
      { name: 'o', value },
      { name: 'product', value: mul(x, y) },
    ])
    const [rows, columns] = [6, 20]
    const inputs = [1, 2].map(seed => ({ rows, columns, values: numbers(rows * columns, seed) }))
    const order = (p: typeof alone) => p.inputs.map(i => inputs[i.name === 'x' ? 0 : 1])
    const [expected] = bench.run(alone, order(alone))
    assert.deepEqual(bench.run(recorded, order(recorded))[1], expected)

    const kernel = bench.kernels.compile(alone)
    const block = kernel.block()
    kernel.setColumns(block, columns)
    const addresses = [...order(alone), { rows, columns, values: inputs[0].values }].map(m => bench.put(m))
    addresses.forEach((address, i) => {
      kernel.setOperand(block, i, address, 4 * 24)
    })
    for (const [from, to] of [
      [4, 6],
      [0, 1],
      [1, 4],
      [2, 2],
    ])
      kernel.call(block, from, to)
    assert.deepEqual(bench.get(addresses[2], rows, columns), expected)
    kernel.releaseBlock(block)
  })
}

test('kernels are shared by structure, not by name', () => {
  const bench = new Bench({ relaxed: false, wide: false })
  const compile = (outputs: Parameters<typeof program>[0], columns?: string[]) =>
    bench.kernels.compile(program(outputs, columns))
  const first = compile([{ name: 'o', value: add(x, mul(y, 2)) }])
  assert.equal(compile([{ name: 'p', value: add(variable('u'), mul(variable('v'), 2)) }]), first)
  assert.notEqual(compile([{ name: 'o', value: add(x, mul(y, 3)) }]), first)
  assert.notEqual(compile([{ name: 'o', value: add(x, mul(y, 2)), accumulate: true }]), first)
  assert.notEqual(compile([{ name: 'o', value: add(x, mul(y, 2)) }], ['y']), first)
  assert.notEqual(compile([{ name: 'o', value: add(x, mul(x, 2)) }]), first)
})

test('five lines of Adam run as one kernel', () => {
  const bench = new Bench({ relaxed: true, wide: false })
  const [g, m, v] = ['g', 'm', 'v'].map(variable)
  const m1 = add(mul(m, 0.9), mul(g, 0.1))
  const v1 = add(mul(v, 0.999), mul(mul(g, g), 0.001))
  const step = div(mul(scalar('rate'), m1), add(sqrt(max(v1, 0)), 1e-8))
  const p = program([
    { name: 'p', value: sub(variable('p'), step) },
    { name: 'm', value: m1 },
    { name: 'v', value: v1 },
  ])
  const data: Record<string, number[]> = { p: [1, 2], g: [0.5, -4], m: [0, 1], v: [0, 2] }
  const [weights] = bench.run(
    p,
    p.inputs.map(i => ({ rows: 1, columns: 2, values: data[i.name] })),
    [0.01],
  )
  const expected = interpret(
    [p.outputs[0].value],
    e => (e.op === 'scalar' ? 0.01 : Float64Array.from(data[e.name as string])),
    2,
  )[0]
  weights.forEach((w, i) => {
    assert.ok(Math.abs(w - expected[i]) < 1e-6, `${w}, not ${expected[i]}`)
  })
})

test('a leaf that the program does not bind is a bug that is told', () => {
  const bench = new Bench({ relaxed: false, wide: false })
  const unbound = { inputs: [], scalars: [], outputs: [{ name: 'o', value: neg(log(x)) }] }
  assert.throws(() => bench.kernels.compile(unbound), /internal: the program does not bind the variable x/)
})

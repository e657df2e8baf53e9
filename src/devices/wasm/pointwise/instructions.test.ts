import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apply, variable } from '../../../formula/expression.ts'
import { operations } from '../../../formula/operations.ts'
import { program } from '../../../formula/program.ts'
import { Bench, modes } from './pointwise.test-bench.ts'

/** 2^−23: half of it is the error of one rounding. */
const EPSILON = 2 ** -23
/** exp is 0 where it is no normal number any more. */
const SMALLEST_NORMAL = 2 ** -126

interface Tolerance {
  /** Share of the value's magnitude. */
  readonly relative?: number
  /** Share of the largest argument's magnitude. */
  readonly ofArgument?: number
  readonly absolute?: number
}

const exactly: Tolerance = { relative: 0 }

/** What each operation promises; operations made of others have the sum of their parts' errors. */
const tolerances: Readonly<Record<string, Tolerance>> = {
  // One instruction each, correctly rounded.
  add: exactly,
  sub: exactly,
  mul: exactly,
  div: exactly,
  neg: exactly,
  sqrt: exactly,
  abs: exactly,
  min: exactly,
  max: exactly,
  relu: exactly,
  hardTanh: exactly,
  ifLess: exactly,
  ifLessEqual: exactly,
  ifEqual: exactly,
  exp: { relative: 2e-7, absolute: SMALLEST_NORMAL },
  // Near 1 the error is relative to the logarithm itself, which the small absolute term allows for nothing.
  log: { relative: 2e-7, absolute: 1e-12 },
  // Formula 7.1.26 is good to 1.5e−7; the rest are its roundings.
  erf: { absolute: 6e-7 },
  // The rational function; see functions.ts.
  tanh: { absolute: 4e-7 },
  sigmoid: { absolute: 2e-7 },
  // log(1 + e^−|a|) loses what is small beside 1.
  softplus: { absolute: 2e-7, relative: EPSILON },
  logSigmoid: { absolute: 2e-7, relative: EPSILON },
  leakyRelu: { relative: EPSILON },
  // e^a − 1 loses what is small beside 1.
  elu: { absolute: 2e-7 },
  // The argument times a function with an absolute error.
  gelu: { ofArgument: 6e-7, absolute: SMALLEST_NORMAL },
  silu: { ofArgument: 3e-7, absolute: SMALLEST_NORMAL },
  softsign: { relative: 2 * EPSILON },
  hardSigmoid: { absolute: 2 * EPSILON },
}

/** Edge values, then magnitudes from 1e−40 to 3e38 of both signs. */
const values: number[] = [0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]
for (const magnitude of [
  1e-40, 1.2e-38, 1e-30, 1e-8, 1e-3, 0.1, 0.5, 0.75, 1, 1.0001, 2, 5, 7.9, 8, 10, 17, 50, 87.3,
]) {
  values.push(Math.fround(magnitude), Math.fround(-magnitude))
}
for (const magnitude of [87.4, 88.7, 88.73, 89, 104, 1e3, 1e10, 1.7e38, 3.3e38]) values.push(magnitude, -magnitude)
for (let i = 0; i < 200; i++) values.push(Math.fround(Math.sin(i * i + 1) * 2 ** (((i * 37) % 24) - 12)))

/** Arguments: all of them alone, in pairs, or, for the choices, in pairs with two results. */
function grid(arity: number): number[][] {
  const single = values.map(Math.fround)
  if (arity === 1) return [single]
  const some = single.filter((_, i) => i < 60 || i % 5 === 0)
  const first = some.flatMap(a => some.map(() => a))
  const second = some.flatMap(() => some)
  return arity === 2 ? [first, second] : [first, second, first.map((_, i) => i), first.map((_, i) => -i)]
}

for (const [mode, arithmetic] of modes) {
  test(`every operation agrees with its definition in 64 bits (${mode})`, () => {
    const bench = new Bench(arithmetic)
    for (const [name, operation] of Object.entries(operations)) {
      const tolerance = tolerances[name]
      assert.ok(tolerance, `${name} has no tolerance here: a new operation needs one`)
      const args = grid(operation.arity)
      const names = args.map((_, i) => `x${i}`)
      const p = program([{ name: 'y', value: apply(name, names.map(variable)) }])
      const inputs = p.inputs.map(input => args[names.indexOf(input.name)])
      const [result] = bench.run(
        p,
        inputs.map(v => ({ rows: 1, columns: v.length, values: v })),
      )
      compare(name, operation.evaluate, args, result, tolerance)
    }
  })
}

function compare(
  name: string,
  evaluate: (...args: number[]) => number,
  args: readonly number[][],
  result: readonly number[],
  tolerance: Tolerance,
): void {
  for (let i = 0; i < result.length; i++) {
    const given = args.map(a => a[i])
    const exact = evaluate(...given)
    const expected = Math.fround(exact)
    if (Object.is(expected, result[i])) continue
    const { relative = 0, ofArgument = 0, absolute = 0 } = tolerance
    const allowed = absolute + relative * Math.abs(exact) + ofArgument * Math.max(...given.map(Math.abs))
    const difference = Math.abs(result[i] - exact)
    assert.ok(
      Number.isFinite(expected) && difference <= allowed,
      `${name}(${given.join(', ')}): expected ${expected}, got ${result[i]}; ${difference} > ${allowed}`,
    )
  }
}

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Cell, defineCell } from '../cells/define.ts'
import { cells } from '../cells/registry.ts'
import { add, div, type Expression, exp, logSigmoid, max, mul, neg, sigmoid, sub, tanh } from '../formula/expression.ts'
import { evaluate } from '../formula/interpret.ts'
import { print } from '../formula/print.ts'
import { clamp, without, zoneout } from '../formula/rewrites.ts'
import { directPaths } from './ledger-equations.ts'

/** `STATE: KEEP | WRITE` in the cell's own names. */
function told(cell: Cell): string[] {
  // The paths belong to a graph of their own, so named quantities are found by how they are written, longest first.
  const named = Object.entries(cell.quantities)
    .filter(([, e]) => e.op !== 'constant')
    .map(([name, e]) => [print(e), name] as const)
    .sort(([a], [b]) => b.length - a.length)
  const inNames = (e: Expression) => named.reduce((text, [long, name]) => text.replaceAll(long, name), print(e))
  return [...directPaths(cell)].map(([state, { keep, write }]) => `${state}: ${inNames(keep)} | ${inNames(write)}`)
}

const lstmPath = 'c: forgetGate | inputGate * candidate'
const gruPath = 'h: updateGate | (1 - updateGate) * candidate'

/** sLSTM (Beck et al. 2024): exponential gates, a normalizer n and a stabilizer m. */
const slstm = defineCell('slstm', ({ affine, previous }) => {
  const drive = affine('i')
  const logForget = add(logSigmoid(affine('f')), previous('m'))
  const m = max(logForget, drive)
  const forgetGate = exp(sub(logForget, m))
  const inputGate = exp(sub(drive, m))
  const candidate = tanh(affine('z'))
  const outputGate = sigmoid(affine('o'))
  const c = add(mul(forgetGate, previous('c')), mul(inputGate, candidate))
  const n = add(mul(forgetGate, previous('n')), inputGate)
  const quantities = { inputGate, forgetGate, candidate, outputGate }
  return { state: { h: mul(outputGate, div(c, n)), c, n, m }, quantities, first: { n: 1 } }
})

describe('the direct path of a state', () => {
  it('is found in the built-in cells that have one, and in no other', () => {
    const found = Object.fromEntries(Object.values(cells).map(cell => [cell.name, told(cell)]))
    assert.deepEqual(found, {
      rnn: [],
      'rnn-relu': [],
      irnn: [],
      lstm: [lstmPath],
      'lstm-peephole': [lstmPath],
      // inputGate is another name for 1 - forgetGate.
      'lstm-coupled': ['c: forgetGate | (inputGate) * candidate'],
      'lstm-projection': [lstmPath],
      'lstm-layer-norm': [lstmPath],
      gru: [gruPath],
      'gru-reset-before': [gruPath],
      'gru-layer-norm': [gruPath],
    })
  })

  it('sLSTM: of the memory and of its normalizer, not of the stabilizer', () => {
    assert.deepEqual([...directPaths(slstm).keys()], ['c', 'n'])
    const { keep, write } = directPaths(slstm).get('n') ?? assert.fail('n has no ledger')
    assert.equal(print(keep), print(slstm.quantities.forgetGate))
    assert.equal(print(write), print(slstm.quantities.inputGate))
  })

  it('follows sums, differences, signs, factors and quotients', () => {
    const cell = defineCell('own', ({ affine, previous }) => {
      const g = sigmoid(affine('g'))
      const s = sub(div(neg(previous('s')), 4), mul(sub(1, previous('s')), g))
      return { state: { h: g, s }, quantities: { g } }
    })
    // −s/4 − (1 − s) g  =  (−1/4 + g) s − g
    const { keep, write } = directPaths(cell).get('s') ?? assert.fail('s has no ledger')
    for (const [s, x, h] of [
      [0.3, 0.7, -1.2],
      [-2, -0.4, 0.1],
    ]) {
      const leaves: Readonly<Record<string, number>> = { previous: s, input: x, recurrent: h }
      const value = (e: Expression) => evaluate(e, leaf => leaves[leaf.op])
      const g = 1 / (1 + Math.exp(-x - h))
      assert.ok(Math.abs(value(keep) - (g - 0.25)) < 1e-15)
      assert.ok(Math.abs(value(write) + g) < 1e-15)
      assert.ok(Math.abs(value(keep) * s + value(write) - value(cell.state.s)) < 1e-15)
    }
  })

  it('is none where a quantity of s has no name, or has one that hides all of s', () => {
    const hidden = defineCell('hidden', ({ affine, previous }) => {
      return { state: { h: add(mul(0.5, previous('h')), tanh(affine('h'))) } }
    })
    assert.deepEqual(told(hidden), [])
    const named = defineCell('named', ({ affine, previous }) => {
      const candidate = tanh(affine('h'))
      return { state: { h: add(mul(0.5, previous('h')), candidate) }, quantities: { candidate } }
    })
    assert.deepEqual(told(named), ['h: 0.5 | candidate'])
    const squared = defineCell('squared', ({ previous }) => ({ state: { h: mul(previous('h'), previous('h')) } }))
    assert.deepEqual(told(squared), [])
  })

  it('a name for the state itself or for the one before changes nothing', () => {
    const cell = defineCell('named twice', ({ affine, previous }) => {
      const candidate = tanh(affine('h'))
      const h = add(mul(0.5, previous('h')), candidate)
      return { state: { h }, quantities: { candidate, now: h, before: previous('h') } }
    })
    assert.deepEqual(told(cell), ['h: 0.5 | candidate'])
  })

  it('of altered cells: clamped, without a gate, with zoneout', () => {
    assert.deepEqual(told(clamp(cells.lstm, 'forgetGate', 0.75)), ['c: 0.75 | inputGate * candidate'])
    assert.deepEqual(told(clamp(cells.lstm, 'forgetGate', 0)), [])
    assert.deepEqual(told(without(cells.lstm, 'forgetGate')), ['c: 1 | inputGate * candidate'])
    const zoned = directPaths(zoneout(cells.lstm, 0.25))
    // h too keeps a quarter of itself when predicting.
    assert.deepEqual([...zoned.keys()], ['h', 'c'])
    assert.equal(print(zoned.get('h')?.keep ?? assert.fail()), '0.25')
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cell } from '../cells/define.ts'
import { gru } from '../cells/gru.ts'
import { gruResetBefore } from '../cells/gru-reset-before.ts'
import { lstm } from '../cells/lstm.ts'
import { inputOnly, testCells } from '../cells/registry.test-cells.ts'
import type { Matrix } from '../devices/device.ts'
import { maskKey } from '../devices/mask-key.ts'
import type { CellWeights, TrainingCall } from '../devices/recurrent.ts'
import { device, emptyResult, gradientsOf, recurrentCall } from '../devices/reference/recurrent.test-case.ts'
import type { RandomKey } from '../random/key.ts'
import { maskValue } from '../random/mask.ts'
import { print } from './print.ts'
import type { Mask } from './slots.ts'
import { runBackward, runForward, type Sequence, type Weights } from './stages.test-executor.ts'
import { compileCell, type Stage } from './stages.ts'

/** Both sides compute in 64 bits and differ only in the order of sums. */
const TOLERANCE = 1e-12

const kinds = (stages: readonly Stage[]) => stages.map(s => s.kind)
const operandsOf = (stages: readonly Stage[]) => stages.flatMap(s => (s.kind === 'product' ? [s.operand] : []))
const programs = (stages: readonly Stage[]) => stages.flatMap(s => (s.kind === 'pointwise' ? [s.program] : []))
const names = (list: readonly { name: string }[]) => list.map(item => item.name)

describe('the stages of the built-in cells', () => {
  it('lstm: one product and one point-wise program, forward and backward', () => {
    const cell = compileCell(lstm)
    assert.deepEqual(kinds(cell.forward), ['product', 'pointwise'])
    assert.deepEqual(kinds(cell.training), ['product', 'pointwise'])
    assert.deepEqual(kinds(cell.backward), ['pointwise', 'product'])
    assert.deepEqual(names(cell.slots), ['i', 'f', 'g', 'o'])
    assert.equal(cell.inputSlots, 4)
    assert.deepEqual(cell.forward[0], { kind: 'product', operand: 'p.h', begin: 0, end: 4 })
    assert.deepEqual(cell.backward[1], { kind: 'product', operand: 'p.h', begin: 0, end: 4 })
    assert.deepEqual(cell.keptStates, ['h', 'c'])
  })

  it('lstm: saves the four gates and tanh(c)', () => {
    const cell = compileCell(lstm)
    const slots = ['sigmoid(i)', 'sigmoid(f)', 'tanh(g)', 'sigmoid(o)']
    const c = 'tanh(sigmoid(f) * c[t-1] + sigmoid(i) * tanh(g))'
    assert.deepEqual(cell.saved.map(e => print(e)).toSorted(), [...slots, c].toSorted())
  })

  it('lstm: programs read and write what the contract names', () => {
    const cell = compileCell(lstm, ['forgetGate'])
    const [forward] = programs(cell.forward)
    const [training] = programs(cell.training)
    const [backward] = programs(cell.backward)
    assert.deepEqual(names(forward?.inputs ?? []).toSorted(), ['p.c', 'z.f', 'z.g', 'z.i', 'z.o'])
    assert.deepEqual(names(forward?.outputs ?? []), ['n.h', 'n.c', 'q.forgetGate'])
    const saved = ['s.0', 's.1', 's.2', 's.3', 's.4']
    assert.deepEqual(names(training?.outputs ?? []), ['n.h', 'n.c', 'q.forgetGate', ...saved])
    assert.deepEqual(names(backward?.inputs ?? []).toSorted(), ['d.c', 'd.h', 'dy', 'p.c', ...saved])
    assert.deepEqual(names(backward?.outputs ?? []), ['dz.i', 'dz.f', 'dz.g', 'dz.o', 'd.h', 'd.c'])
  })

  it('gru, reset after the product: the candidate has a slot for each half', () => {
    const cell = compileCell(gru)
    assert.deepEqual(kinds(cell.forward), ['product', 'pointwise'])
    assert.deepEqual(kinds(cell.backward), ['pointwise', 'product'])
    assert.deepEqual(names(cell.slots), ['n.input', 'r', 'z', 'n.recurrent'])
    assert.equal(cell.inputSlots, 3)
    assert.deepEqual(cell.forward[0], { kind: 'product', operand: 'p.h', begin: 1, end: 4 })
    assert.deepEqual(cell.operands, [])
  })

  it('gru, reset before the product: a second product whose operand is computed and kept', () => {
    const cell = compileCell(gruResetBefore)
    assert.deepEqual(kinds(cell.forward), ['product', 'pointwise', 'product', 'pointwise'])
    assert.deepEqual(kinds(cell.backward), ['pointwise', 'product', 'pointwise', 'product'])
    assert.deepEqual(operandsOf(cell.forward), ['p.h', 'o.0'])
    assert.deepEqual(operandsOf(cell.backward), ['o.0', 'p.h'])
    assert.deepEqual(
      cell.operands.map(e => print(e)),
      ['sigmoid(r) * h[t-1]'],
    )
    const [first, second] = programs(cell.backward)
    assert.deepEqual(names(first?.outputs ?? []), ['dz.z', 'dz.n'])
    assert.deepEqual(names(second?.outputs ?? []), ['dz.r', 'd.h'])
  })

  it('a cell that uses only its input has no product', () => {
    const cell = compileCell(inputOnly)
    assert.deepEqual(kinds(cell.forward), ['pointwise'])
    assert.deepEqual(kinds(cell.backward), ['pointwise'])
    assert.deepEqual(names(cell.slots), ['z.input', 'n.input'])
  })
})

const SIZES = { inputSize: 2, hiddenSize: 3, lengths: [4, 3, 1] }

describe('the stages compute what the reference does', () => {
  for (const [name, cell] of Object.entries(testCells)) {
    it(`${name}: outputs, recorded quantities and all gradients over time`, () => compareWithReference(cell))
  }
})

function compareWithReference(equations: Cell) {
  const call = recurrentCall(equations, SIZES)
  const result = emptyResult(call)
  device.recurrentForward(call, result, true)
  const gradients = gradientsOf(call)
  device.recurrentBackward(call, result, gradients)
  const weights = plain(gradients.weights, true)
  for (let sequence = 0; sequence < SIZES.lengths.length; sequence++) {
    const rowsOf = (m: Matrix) => tokenRows(call, sequence).map(r => rows(m)[r] as Float64Array)
    const rowOf = (record: Readonly<Record<string, Matrix>>) =>
      mapValues(record, m => rows(m)[sequence] as Float64Array)
    const run: Sequence = {
      program: call.cell,
      hiddenSize: SIZES.hiddenSize,
      weights: plain(call.weights),
      x: rowsOf(call.x),
      initial: rowOf(call.initial),
      maskRow: (mask, t) => maskRow(call, mask, sequence, tokenRows(call, sequence)[t] as number),
    }
    const steps = runForward(run, call.cell.training)
    const untrained = runForward(run, call.cell.forward)
    const column = (of: typeof steps, value: string) => of.map(step => step.get(value) as Float64Array)
    for (const s of call.cell.states) {
      close(`state ${s}`, column(steps, `n.${s}`), rowsOf(result.states[s] as Matrix))
      close(`state ${s} without training`, column(untrained, `n.${s}`), rowsOf(result.states[s] as Matrix))
    }
    for (const [q, m] of Object.entries(result.recorded)) close(`quantity ${q}`, column(untrained, `q.${q}`), rowsOf(m))
    const back = runBackward(run, steps, rowsOf(gradients.output), rowOf(gradients.last), weights)
    close('dx', back.x, rowsOf(gradients.x))
    const initial = rowOf(gradients.initial)
    for (const s of call.cell.states)
      close(`d initial ${s}`, [back.initial[s] as Float64Array], [initial[s] as Float64Array])
  }
  const expected = plain(gradients.weights)
  close('dW_ih', weights.weightIh, expected.weightIh)
  close('dW_hh', weights.weightHh, expected.weightHh)
  close('db_ih', [weights.biasIh], [expected.biasIh])
  close('db_hh', [weights.biasHh], [expected.biasHh])
  for (const [p, dw] of Object.entries(weights.parameters))
    close(`d ${p}`, [dw], [expected.parameters[p] as Float64Array])
  for (const [p, dw] of Object.entries(weights.projections)) close(`d ${p}`, dw, expected.projections[p] ?? [])
}

/** A mask of one token, by its definition in `random/mask.ts`. */
function maskRow({ cell, noise, hiddenSize }: TrainingCall, name: string, sequence: number, row: number) {
  const k = cell.masks.findIndex(m => m.name === name)
  const { rate, per } = cell.masks[k] as Mask
  const { key0, key1 } = maskKey(noise as RandomKey, k)
  const r = per === 'sequence' ? sequence : row
  return Float64Array.from({ length: hiddenSize }, (_, j) => maskValue(key0, key1, r, j, rate))
}

/** The rows of a sequence's tokens in the packed matrices. */
function tokenRows({ packing }: TrainingCall, sequence: number): number[] {
  const found: number[] = []
  let first = 0
  for (const live of packing.liveRows) {
    if (sequence < live) found.push(first + sequence)
    first += live
  }
  return found
}

const rows = (m: Matrix): Float64Array[] => {
  const values = device.read(m)
  return Array.from({ length: m.rows }, (_, r) => values.slice(r * m.columns, (r + 1) * m.columns))
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (a: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))

/** The weights as arrays; zeros of the same shapes if asked for. */
function plain(weights: CellWeights, zero = false): Weights {
  const take = (m: Matrix | null) => (m ? rows(m).map(row => (zero ? row.fill(0) : row)) : [])
  const only = (m: Matrix | null) => take(m)[0] ?? new Float64Array(0)
  return {
    weightIh: take(weights.weightIh),
    weightHh: take(weights.weightHh),
    biasIh: only(weights.biasIh),
    biasHh: only(weights.biasHh),
    parameters: mapValues(weights.parameters, only),
    projections: mapValues(weights.projections, take),
  }
}

function close(what: string, actual: readonly Float64Array[], expected: readonly Float64Array[]) {
  assert.equal(actual.length, expected.length, `${what}: rows`)
  expected.forEach((row, r) => {
    row.forEach((value, c) => {
      const got = actual[r]?.[c] as number
      const difference = Math.abs(got - value)
      assert.ok(
        difference <= TOLERANCE * Math.max(1, Math.abs(value)),
        `${what}[${r}, ${c}]: expected ${value}, got ${got}: difference ${difference}, tolerance ${TOLERANCE}`,
      )
    })
  })
}

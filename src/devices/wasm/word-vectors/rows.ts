/**
 * What is done with whole rows, the inner loops of training. Each is one loop over the floats of a row, eight a turn in
 * wide mode and four else, but for dot products, whose eight lanes are always the same.
 */
import type { Assembler } from '../assembler.ts'
import type { Code } from '../code.ts'
import { I32, V128 } from '../code.ts'
import { Constants } from '../constants.ts'
import type { Arithmetic } from '../features.ts'
import { log, sigmoid } from '../functions.ts'
import { TURN_BYTES } from '../row-loops.ts'
import { Vectors } from '../vectors.ts'
import { integers, LABELS } from './tiles.ts'

/** Indices of the functions. */
export interface RowKernels {
  /** lanes[k] = h · outputs[tile.ids[k]], eight lanes each: (h, tile, outputs, rowBytes, octets, lanes, zeros) */
  readonly dots: number
  /** error = Σ_k score[k] · row[k], row[k] += score[k] · h: (h, error, tile, outputs, rowBytes, octets, scores) */
  readonly updateFirst: number
  /** The same, but error is added to. */
  readonly updateNext: number
  /** h = factor · (a + b + c + d): (h, a, b, c, d, octets, address of the factor) */
  readonly sumRows: number
  /** h = factor · (h + a + b + c + d). */
  readonly addRows: number
  /** row += error: (row, error, octets) */
  readonly addTo: number
}

/** Of these kernels none has constants. */
const none = new Constants()

/** @param targets  T, of a tile. */
export function emitRowKernels(assembler: Assembler, arithmetic: Arithmetic, targets: number): RowKernels {
  return {
    dots: emitDots(assembler, arithmetic, targets),
    updateFirst: emitUpdate(assembler, arithmetic, targets, true),
    updateNext: emitUpdate(assembler, arithmetic, targets, false),
    sumRows: emitSumRows(assembler, arithmetic, true),
    addRows: emitSumRows(assembler, arithmetic, false),
    addTo: emitAddTo(assembler, arithmetic),
  }
}

function emitDots(assembler: Assembler, arithmetic: Arithmetic, targets: number): number {
  return assembler.function('dots', { parameters: integers(7) }, (code, locals) => {
    const [h, tile, outputs, rowBytes, octets, lanes, zeros] = locals
    const v = new Vectors(code, arithmetic, 2, none, zeros)
    const rows = targetRows(code, tile, outputs, rowBytes, targets)
    const sums = rows.map(() => v.variable())
    v.turn(() => {
      for (const sum of sums) v.assign(sum, v.load(zeros))
    })
    code.repeat(octets, () => {
      v.turn(() => {
        const hidden = v.load(h)
        rows.forEach((row, k) => {
          v.assign(sums[k], v.madd(sums[k], hidden, v.load(row)))
        })
      })
      for (const pointer of [h, ...rows]) code.step(pointer, TURN_BYTES)
    })
    sums.forEach((sum, k) => {
      v.store(lanes, sum, TURN_BYTES * k)
    })
  })
}

function emitUpdate(assembler: Assembler, arithmetic: Arithmetic, targets: number, isFirst: boolean): number {
  const name = isFirst ? 'update-first' : 'update-next'
  return assembler.function(name, { parameters: integers(7) }, (code, locals) => {
    const [h, error, tile, outputs, rowBytes, octets, scores] = locals
    const v = rowVectors(code, arithmetic, h)
    const rows = targetRows(code, tile, outputs, rowBytes, targets)
    const splats = rows.map(() => v.variable())
    v.turn(() => {
      splats.forEach((splat, k) => {
        v.assign(splat, v.splat(scores, 4 * k))
      })
    })
    eachTurn(v, octets, [h, error, ...rows], () => {
      const hidden = v.load(h)
      const old = rows.map(row => v.load(row))
      const start = isFirst ? v.mul(splats[0], old[0]) : v.madd(v.load(error), splats[0], old[0])
      const sum = old.slice(1).reduce((e, row, k) => v.madd(e, splats[k + 1], row), start)
      const changed = old.map((row, k) => v.madd(row, splats[k], hidden))
      rows.forEach((row, k) => {
        v.store(row, changed[k])
      })
      v.store(error, sum)
    })
  })
}

function emitSumRows(assembler: Assembler, arithmetic: Arithmetic, isFirst: boolean): number {
  return assembler.function(isFirst ? 'sum-rows' : 'add-rows', { parameters: integers(7) }, (code, locals) => {
    const [h, a, b, c, d, octets, factor] = locals
    const v = rowVectors(code, arithmetic, h)
    const scale = v.variable()
    v.turn(() => v.assign(scale, v.splat(factor)))
    eachTurn(v, octets, [h, a, b, c, d], () => {
      const sum = v.add(v.add(v.load(a), v.load(b)), v.add(v.load(c), v.load(d)))
      v.store(h, v.mul(isFirst ? sum : v.add(v.load(h), sum), scale))
    })
  })
}

function emitAddTo(assembler: Assembler, arithmetic: Arithmetic): number {
  return assembler.function('add-to', { parameters: integers(3) }, (code, [row, error, octets]) => {
    const v = rowVectors(code, arithmetic, row)
    eachTurn(v, octets, [row, error], () => v.store(row, v.add(v.load(row), v.load(error))))
  })
}

/** Two vectors a turn need more registers than there are, unless the engine joins them. */
const rowVectors = (code: Code, arithmetic: Arithmetic, any: number) =>
  new Vectors(code, arithmetic, arithmetic.wide ? 2 : 1, none, any)

function eachTurn(v: Vectors, octets: number, pointers: readonly number[], body: () => void): void {
  const { code } = v
  if (v.width === 1) code.get(octets).i32(1).op('i32.shl').set(octets)
  code.repeat(octets, () => {
    v.turn(body)
    for (const pointer of pointers) code.step(pointer, 16 * v.width)
  })
}

/** The addresses of a tile's rows, in locals. */
function targetRows(code: Code, tile: number, outputs: number, rowBytes: number, targets: number): number[] {
  return Array.from({ length: targets }, (_, k) => {
    const row = code.local(I32)
    code
      .get(outputs)
      .get(tile)
      .memory('i32.load', 4 * k)
      .get(rowBytes)
      .op('i32.mul')
      .op('i32.add')
      .set(row)
    return row
  })
}

/** Adds up the eight lanes of each of a tile's dot products, in one order: (lanes, sums). @returns its index. */
export function emitSumLanes(assembler: Assembler): number {
  return assembler.function('sum-lanes', { parameters: integers(2) }, (code, [lanes, sums]) => {
    for (const half of [0, 1]) sumOfFour(code, lanes, sums, half)
  })
}

/** With l and r the two vectors of a dot product's lanes: (l + r), then lanes 0 + 2 and 1 + 3, then both. */
function sumOfFour(code: Code, lanes: number, sums: number, half: number): void {
  const [ab, cd] = [0, 2].map(pair => {
    const [x, y] = [0, 1].map(() => code.local(V128))
    ;[x, y].forEach((local, k) => {
      const at = TURN_BYTES * (4 * half + pair + k)
      code
        .get(lanes)
        .memory('v128.load', at)
        .get(lanes)
        .memory('v128.load', at + 16)
        .op('f32x4.add')
        .set(local)
    })
    const both = code.local(V128)
    code.get(x).get(y).shuffle([0, 4, 1, 5]).get(x).get(y).shuffle([2, 6, 3, 7]).op('f32x4.add').set(both)
    return both
  })
  code.get(sums).get(ab).get(cd).shuffle([0, 1, 4, 5]).get(ab).get(cd).shuffle([2, 3, 6, 7]).op('f32x4.add')
  code.memory('v128.store', 16 * half)
}

/**
 * score = rate · (label − σ(x)), x = the sums of all groups in order:
 * (sums, groups, groupBytes, tile, scores, address of the rate, constants). @returns its index.
 */
export function emitScores(assembler: Assembler, arithmetic: Arithmetic, table: Constants): number {
  return assembler.function('scores', { parameters: integers(7) }, (code, locals) => {
    const [sums, groups, groupBytes, tile, scores, rate, constants] = locals
    const v = new Vectors(code, arithmetic, 2, table, constants)
    const x = v.variable()
    v.turn(() => v.assign(x, v.load(sums)))
    code.get(groups).i32(1).op('i32.sub').set(groups)
    code.repeat(groups, () => {
      code.addTo(sums, groupBytes)
      v.turn(() => v.assign(x, v.add(x, v.load(sums))))
    })
    v.turn(() => {
      const gap = v.sub(v.load(tile, LABELS), sigmoid(v, x))
      v.store(scores, v.mul(gap, v.splat(rate)))
    })
  })
}

/** So small a probability stands for all smaller ones: the sigmoid is not more exact. */
const LEAST_PROBABILITY = 1e-7

/**
 * losses −= ln (1 − |label − σ(x)|), the probability given to what is right, by what `scores` wrote:
 * (scores, address of the rate, losses, constants). @returns its index.
 */
export function emitLoss(assembler: Assembler, arithmetic: Arithmetic, table: Constants): number {
  return assembler.function('loss', { parameters: integers(4) }, (code, [scores, rate, losses, constants]) => {
    const v = new Vectors(code, arithmetic, 2, table, constants)
    v.turn(() => {
      const gap = v.div(v.op('f32x4.abs', v.load(scores)), v.splat(rate))
      const probability = v.op('f32x4.pmax', v.sub(v.constant(1), gap), v.constant(LEAST_PROBABILITY))
      v.store(losses, v.sub(v.load(losses), log(v, probability)))
    })
  })
}

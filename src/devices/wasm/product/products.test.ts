import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { WasmMemory } from '../memory.ts'
import { Runtime } from '../runtime.ts'
import { linkTrainingKernels } from '../training-kernels.ts'
import { strideOf } from '../wasm-matrix.ts'
import { Products } from './products.ts'

linkTrainingKernels()

const modes = [
  ['relaxed', { relaxed: true, wide: false }],
  ['relaxed, wide', { relaxed: true, wide: true }],
  ['plain', { relaxed: false, wide: false }],
  ['plain, wide', { relaxed: false, wide: true }],
] as const

/** A 32-bit chain of k terms of magnitude 1 is off by at most k roundings of partial sums up to k. */
const tolerance = (k: number) => 2 ** -24 * k * (k + 1)

const value = (seed: number, i: number, j: number) => Math.fround(Math.sin(seed + 1.3 * i + 0.7 * j + i * j))

class Bench {
  readonly runtime: Runtime
  readonly products: Products

  constructor(arithmetic: { readonly relaxed: boolean; readonly wide: boolean }) {
    this.runtime = new Runtime(new WasmMemory(), arithmetic)
    this.products = new Products(this.runtime)
  }

  /** A matrix of `value(seed, …)`, NaN in its padding. */
  put(seed: number, rows: number, columns: number): { address: number; rowBytes: number } {
    const stride = strideOf(columns)
    const address = this.runtime.memory.allocate(4 * rows * stride)
    const { floats } = this.runtime.memory
    floats.fill(Number.NaN, address / 4, address / 4 + rows * stride)
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) floats[address / 4 + i * stride + j] = value(seed, i, j)
    }
    return { address, rowBytes: 4 * stride }
  }

  /** value(9) + A · B, with A and B lying as they are or transposed. @returns the rows of C. */
  multiply(rows: number, k: number, columns: number, transposeA: boolean, transposeB: boolean): number[][] {
    const a = transposeA ? this.put(1, k, rows) : this.put(1, rows, k)
    const b = transposeB ? this.put(2, columns, k) : this.put(2, k, columns)
    const c = this.put(9, rows, columns)
    const { memory } = this.runtime
    const panels = memory.allocate(4 * this.products.packedFloats(k, columns))
    const [kBytes, columnBytes] = transposeB ? [4, b.rowBytes] : [b.rowBytes, 4]
    this.products.pack(panels, b.address, kBytes, columnBytes, k, columns)
    const [aRowBytes, aKBytes] = transposeA ? [4, a.rowBytes] : [a.rowBytes, 4]
    this.products.multiply(a.address, aRowBytes, aKBytes, panels, c.address, c.rowBytes, rows, k, columns)
    return this.rowsOf(c, rows, columns)
  }

  rowsOf(c: { address: number; rowBytes: number }, rows: number, columns: number): number[][] {
    const { floats } = this.runtime.memory
    return Array.from({ length: rows }, (_, r) => {
      const start = (c.address + r * c.rowBytes) / 4
      return [...floats.subarray(start, start + columns)]
    })
  }
}

const size = fc.oneof(fc.constantFrom(1, 2, 3, 7, 8, 9, 16, 17), fc.integer({ min: 1, max: 70 }))

for (const [mode, arithmetic] of modes) {
  test(`products agree with a plain loop in 64 bits on any shape and transposition (${mode})`, () => {
    const bench = new Bench(arithmetic)
    fc.assert(
      fc.property(size, size, size, fc.boolean(), fc.boolean(), (rows, k, columns, transposeA, transposeB) => {
        const result = bench.multiply(rows, k, columns, transposeA, transposeB)
        for (let r = 0; r < rows; r++) {
          for (let j = 0; j < columns; j++) {
            let expected = value(9, r, j)
            for (let i = 0; i < k; i++) {
              expected +=
                (transposeA ? value(1, i, r) : value(1, r, i)) * (transposeB ? value(2, j, i) : value(2, i, j))
            }
            const difference = Math.abs(result[r][j] - expected)
            assert.ok(
              difference <= tolerance(k),
              `[${r}, ${j}]: ${result[r][j]}, expected ${expected} ± ${tolerance(k)}`,
            )
          }
        }
      }),
      { numRuns: 100 },
    )
  })

  test(`a row alone has the same bits as in any batch, whatever the tiles (${mode})`, () => {
    const bench = new Bench(arithmetic)
    const [k, columns] = [37, 43]
    const all = bench.multiply(29, k, columns, false, false)
    for (let rows = 1; rows <= 29; rows++) {
      assert.deepEqual(bench.multiply(rows, k, columns, false, false), all.slice(0, rows), `${rows} rows`)
    }
  })

  test(`a row times a matrix packed for single rows has the same bits (${mode})`, () => {
    const bench = new Bench(arithmetic)
    const { products, runtime } = bench
    const columnCount = fc.oneof(fc.constantFrom(1, 63, 64, 65, 72, 128, 200), fc.integer({ min: 1, max: 300 }))
    fc.assert(
      fc.property(size, columnCount, fc.boolean(), (k, columns, transposeB) => {
        const [a, bias] = [bench.put(1, 1, k), bench.put(3, 1, columns)]
        const b = transposeB ? bench.put(2, columns, k) : bench.put(2, k, columns)
        const [kBytes, columnBytes] = transposeB ? [4, b.rowBytes] : [b.rowBytes, 4]
        const [c, d] = [bench.put(4, 1, columns), bench.put(5, 1, columns)]
        const packed = runtime.memory.allocate(4 * products.packedFloats(k, columns))
        products.packForRow(packed, b.address, kBytes, columnBytes, k, columns)
        products.multiplyRow(bias.address, a.address, packed, c.address, k, columns)
        products.pack(packed, b.address, kBytes, columnBytes, k, columns)
        products.multiplyFrom(bias.address, 0, a.address, 0, 4, packed, d.address, 0, 1, k, columns)
        assert.deepEqual(bench.rowsOf(c, 1, columns), bench.rowsOf(d, 1, columns))
      }),
      { numRuns: 60 },
    )
  })

  test(`blocks of k change no bit (${mode})`, () => {
    const bench = new Bench(arithmetic)
    const [rows, k, columns] = [5, 700, 24]
    const result = bench.multiply(rows, k, columns, false, true)
    const chains = (step: (a: number, b: number, sum: number) => number) =>
      result.map((row, r) =>
        row.map((_, j) => {
          let sum = value(9, r, j)
          for (let i = 0; i < k; i++) sum = step(value(1, r, i), value(2, j, i), sum)
          return sum
        }),
      )
    const rounded = chains((a, b, sum) => Math.fround(sum + Math.fround(a * b)))
    // Relaxed arithmetic rounds once where the processor has an instruction for it.
    const isFused = arithmetic.relaxed && result.flat().some((sum, i) => sum !== rounded.flat()[i])
    assert.deepEqual(result, isFused ? chains(fusedMultiplyAdd) : rounded)
  })
}

/** fround(a · b + c) with one rounding: the 64-bit sum's own error decides where it lies halfway between two floats. */
function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b
  const sum = product + c
  const high = sum - product
  const error = product - (sum - high) + (c - high)
  if (error === 0) return Math.fround(sum)
  // Rounding to odd: the last bit tells that the sum is not exact, so that the next rounding goes the right way.
  const bits = new BigInt64Array(Float64Array.of(sum).buffer)
  if ((bits[0] & 1n) === 0n) bits[0] += error > 0 === sum > 0 ? 1n : -1n
  return Math.fround(new Float64Array(bits.buffer)[0])
}

test('modes with the same arithmetic have the same bits', () => {
  for (const relaxed of [true, false]) {
    const [narrow, wide] = [false, true].map(w => new Bench({ relaxed, wide: w }).multiply(19, 50, 77, true, true))
    assert.deepEqual(wide, narrow)
  }
})

test('the sums begin with a bias row, and B may stay unpacked, with the same bits', () => {
  const bench = new Bench({ relaxed: true, wide: true })
  const { products, runtime } = bench
  for (const [rows, k, columns] of [
    [1, 9, 20],
    [4, 33, 81],
  ]) {
    const [a, b, bias] = [bench.put(1, rows, k), bench.put(2, k, columns), bench.put(3, 1, columns)]
    const [c, d] = [bench.put(4, rows, columns), bench.put(5, rows, columns)]
    const panels = runtime.memory.allocate(4 * products.packedFloats(k, columns))
    products.pack(panels, b.address, b.rowBytes, 4, k, columns)
    products.multiplyFrom(bias.address, 0, a.address, a.rowBytes, 4, panels, c.address, c.rowBytes, rows, k, columns)
    const result = bench.rowsOf(c, rows, columns)
    products.multiplyUnpacked(
      bias.address,
      0,
      a.address,
      a.rowBytes,
      4,
      b.address,
      b.rowBytes,
      d.address,
      d.rowBytes,
      rows,
      k,
      columns,
    )
    assert.deepEqual(bench.rowsOf(d, rows, columns), result)
    let expected = value(3, 0, columns - 1)
    for (let i = 0; i < k; i++) expected += value(1, 0, i) * value(2, i, columns - 1)
    assert.ok(Math.abs(result[0][columns - 1] - expected) < tolerance(k))
  }
})

test('a part of the columns is a part of the panels', () => {
  const bench = new Bench({ relaxed: true, wide: true })
  const { products, runtime } = bench
  const [rows, k, columns] = [7, 11, 40]
  const [a, b] = [bench.put(1, rows, k), bench.put(2, k, columns)]
  const [c, d] = [bench.put(3, rows, columns), bench.put(3, rows, columns)]
  const panels = runtime.memory.allocate(4 * products.packedFloats(k, columns))
  products.pack(panels, b.address, b.rowBytes, 4, k, columns)
  products.multiply(a.address, a.rowBytes, 4, panels, c.address, c.rowBytes, rows, k, columns)
  const part = panels + 4 * products.packedFloats(k, 8)
  products.multiply(a.address, a.rowBytes, 4, part, d.address + 32, d.rowBytes, rows, k, 24)
  const [whole, partly] = [c, d].map(m => bench.rowsOf(m, rows, columns))
  partly.forEach((row, r) => {
    assert.deepEqual(row.slice(8, 32), whole[r].slice(8, 32))
    assert.equal(row[7], value(3, r, 7))
    assert.equal(row[32], value(3, r, 32))
  })
})

test('A with its k a multiple of 4 KiB apart, which is transposed first, gives the same bits', () => {
  const bench = new Bench({ relaxed: true, wide: false })
  const { products, runtime } = bench
  const [rows, k, columns] = [50, 34, 12]
  // Aᵀ in rows of 1024 floats, of which 50 are used; the same numbers as A in rows of its own.
  const [wide, b] = [bench.put(1, k, 1024), bench.put(2, k, columns)]
  const narrow = runtime.memory.allocate(4 * k * 56)
  for (let i = 0; i < k; i++) {
    const from = (wide.address + i * wide.rowBytes) / 4
    runtime.memory.floats.copyWithin(narrow / 4 + i * 56, from, from + rows)
  }
  const panels = runtime.memory.allocate(4 * products.packedFloats(k, columns))
  products.pack(panels, b.address, b.rowBytes, 4, k, columns)
  const [c, d] = [bench.put(3, rows, columns), bench.put(3, rows, columns)]
  products.multiply(wide.address, 4, wide.rowBytes, panels, c.address, c.rowBytes, rows, k, columns)
  products.multiply(narrow, 4, 4 * 56, panels, d.address, d.rowBytes, rows, k, columns)
  assert.deepEqual(bench.rowsOf(c, rows, columns), bench.rowsOf(d, rows, columns))
})

test('a product over nothing leaves C as it is', () => {
  const bench = new Bench({ relaxed: true, wide: false })
  const c = bench.put(3, 2, 5)
  bench.products.multiply(c.address, 0, 0, c.address, c.address, c.rowBytes, 0, 5, 5)
  bench.products.multiply(c.address, 0, 0, c.address, c.address, c.rowBytes, 2, 0, 5)
  assert.equal(bench.rowsOf(c, 2, 5)[1][4], value(3, 1, 4))
})

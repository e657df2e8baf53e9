import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ShapeError } from '../errors/errors.ts'
import { lastRows, packedOrder, packIds, reversedRows, rowOfToken, sequenceOfRow } from './packing.ts'

const someLengths = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 9 })

/** Each token its own number: 100 · sequence + step. */
const numbered = (lengths: readonly number[]) =>
  lengths.map((length, b) => Int32Array.from({ length }, (_, t) => 100 * b + t))

test('lengths 2, 3, 1 are laid out longest first, one time step after the other', () => {
  const packing = packedOrder([2, 3, 1])
  assert.deepEqual(packing, {
    batch: 3,
    tokens: 6,
    liveRows: Int32Array.of(3, 2, 1),
    lengths: Int32Array.of(2, 3, 1),
    order: Int32Array.of(1, 0, 2),
    place: Int32Array.of(1, 0, 2),
    firstRow: Int32Array.of(0, 3, 5, 6),
  })
  assert.deepEqual(packIds(packing, numbered([2, 3, 1])), Int32Array.of(100, 0, 200, 101, 1, 102))
  assert.deepEqual(lastRows(packing), Int32Array.of(4, 5, 2))
  assert.deepEqual(sequenceOfRow(packing), Int32Array.of(1, 0, 2, 1, 0, 1))
})

test('sequences of one length keep the caller’s order', () => {
  const packing = packedOrder([4, 2, 4, 2, 4])
  assert.deepEqual(packing.order, Int32Array.of(0, 2, 4, 1, 3))
  assert.deepEqual(packing.place, Int32Array.of(0, 3, 1, 4, 2))
})

test('every token stands in one row, where rowOfToken says', () => {
  fc.assert(
    fc.property(someLengths, lengths => {
      const packing = packedOrder(lengths)
      const ids = packIds(packing, numbered(lengths))
      assert.equal(packing.tokens, ids.length)
      const seen = new Set<number>()
      numbered(lengths).forEach((sequence, b) => {
        sequence.forEach((id, t) => {
          const row = rowOfToken(packing, b, t)
          assert.equal(ids[row], id)
          assert.equal(sequenceOfRow(packing)[row], b)
          seen.add(row)
        })
        assert.equal(ids[lastRows(packing)[b]], sequence[sequence.length - 1])
      })
      assert.equal(seen.size, packing.tokens)
    }),
  )
})

test('live rows never increase, and order and place undo each other', () => {
  fc.assert(
    fc.property(someLengths, lengths => {
      const { liveRows, order, place, firstRow, tokens } = packedOrder(lengths)
      assert.ok(liveRows.every((n, t) => n >= 1 && (t === 0 || n <= liveRows[t - 1])))
      assert.ok(order.every((sequence, r) => place[sequence] === r))
      assert.ok(liveRows.every((n, t) => firstRow[t + 1] - firstRow[t] === n))
      assert.equal(firstRow[liveRows.length], tokens)
    }),
  )
})

test('reversal reads each sequence from its own end, and is its own inverse', () => {
  fc.assert(
    fc.property(someLengths, lengths => {
      const packing = packedOrder(lengths)
      const rows = reversedRows(packing)
      rows.forEach((row, r) => {
        assert.equal(rows[row], r)
      })
      const ids = packIds(packing, numbered(lengths))
      const backwards = packIds(
        packing,
        numbered(lengths).map(sequence => sequence.toReversed()),
      )
      assert.deepEqual(
        rows.map(row => ids[row]),
        backwards,
      )
    }),
  )
})

test('no sequence, or an empty one, is refused with what to do', () => {
  const refusal = (got: string) => (error: unknown) =>
    error instanceof ShapeError &&
    error.message === `pack: expected sequences of at least one token, got ${got}. Leave empty sequences out.`
  assert.throws(() => packedOrder([]), refusal('no sequence'))
  assert.throws(() => packedOrder([3, 0, 1]), refusal('an empty one'))
})

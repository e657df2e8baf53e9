import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { OptionError, ShapeError } from '../errors/errors.ts'
import { checkGradients } from '../tensor/central-differences.test-support.ts'
import { concat, tensor } from '../tensor/index.ts'
import { Packed, pack, unpack } from './packed.ts'
import { packedOrder } from './packing.ts'

const device = new ReferenceDevice()

const sequences = [
  [
    [1, 2],
    [3, 4],
  ],
  [
    [5, 6],
    [7, 8],
    [9, 10],
  ],
  [[11, 12]],
]

test('pack lays sequences out time step by time step, and unpack gives them back', () => {
  const packed = pack(sequences, device)
  assert.deepEqual([...packed.values.toArray()], [5, 6, 1, 2, 11, 12, 7, 8, 3, 4, 9, 10])
  const back = unpack(packed)
  assert.deepEqual(
    back.map(t => t.shape),
    [
      [2, 2],
      [3, 2],
      [1, 2],
    ],
  )
  assert.deepEqual(
    back.map(t => [...t.toArray()]),
    sequences.map(s => s.flat()),
  )
})

test('the last row is each sequence’s own', () => {
  const last = pack(sequences, device).last()
  assert.deepEqual(last.shape, [3, 2])
  assert.deepEqual([...last.toArray()], [3, 4, 9, 10, 11, 12])
})

test('one sequence is packed too', () => {
  const packed = pack([sequences[1]], device)
  assert.deepEqual([...packed.values.toArray()], sequences[1].flat())
  assert.equal(packed.packing.batch, 1)
})

test('gradients go through pack, unpack and last', () => {
  const shapes = [
    [2, 3],
    [4, 3],
    [1, 3],
  ]
  checkGradients(inputs => concat(unpack(pack(inputs)), 0), shapes)
  checkGradients(inputs => pack(inputs).last(), shapes)
})

test('what cannot be packed is refused', () => {
  const of = (rows: number, width: number) => tensor(new Float64Array(rows * width), [rows, width], { device })
  assert.throws(() => pack([]), ShapeError)
  assert.throws(() => pack([of(2, 3), of(2, 4)]), ShapeError)
  assert.throws(() => pack([of(2, 3), tensor([[1, 2, 3]], undefined, { device: new ReferenceDevice() })]), OptionError)
  assert.throws(() => pack([[[1, 2]], []], device), /^ShapeError: (pack|tensor): /)
})

test('values of another number of rows than the packing’s tokens are refused', () => {
  const values = tensor(new Float64Array(8), [4, 2], { device })
  assert.throws(() => new Packed(values, packedOrder([3, 2])), {
    name: 'ShapeError',
    message: 'Packed: expected values of shape [5, W], got [4, 2]. Use pack.',
  })
})

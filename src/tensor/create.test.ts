import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { OptionError, ShapeError } from '../errors/errors.ts'
import { full, ones, tensor, type Values, zeros } from './create.ts'
import { defaultDevice, setDefaultDevice } from './default-device.ts'
import { add } from './pointwise.ts'

const device = new ReferenceDevice()

function assertError(run: () => unknown, kind: new (message: string) => Error, message: string): void {
  assert.throws(run, (error: Error) => {
    assert.ok(error instanceof kind)
    assert.equal(error.message, message)
    return true
  })
}

describe('tensor', () => {
  it('takes the shape from the nesting', () => {
    const x = tensor([[[1, 2]], [[3, 4]], [[5, 6]]], undefined, { device })
    assert.deepEqual(x.shape, [3, 1, 2])
    assert.deepEqual([...x.toArray()], [1, 2, 3, 4, 5, 6])
    assert.deepEqual([x.matrix.rows, x.matrix.columns], [3, 2])
  })

  it('takes flat values, typed or not, in row-major order', () => {
    assert.deepEqual([...tensor([1, 2, 3, 4, 5, 6], [3, 2], { device }).toArray()], [1, 2, 3, 4, 5, 6])
    assert.deepEqual(tensor(Float32Array.of(1, 2), undefined, { device }).shape, [2])
    assert.deepEqual(tensor([Float32Array.of(1, 2), Float32Array.of(3, 4)], undefined, { device }).shape, [2, 2])
  })

  it('makes one number of shape []', () => {
    const x = tensor(0.5, undefined, { device })
    assert.deepEqual(x.shape, [])
    assert.equal(x.item(), 0.5)
  })

  it('copies what it is given', () => {
    const values = Float64Array.of(1, 2)
    const x = tensor(values, undefined, { device })
    values[0] = 7
    x.toArray()[1] = 7
    assert.deepEqual([...x.toArray()], [1, 2])
  })

  it('refuses arrays of different lengths, and says where', () => {
    const expected = 'as in the first ones, got'
    const cases: [Values, string][] = [
      [[[1, 2], [3]], `an array of shape [2] at [1], ${expected} an array of shape [1]`],
      [[[1, 2], 3], `an array of shape [2] at [1], ${expected} a number`],
      [[1, [2]], `a number at [1], ${expected} an array of shape [1]`],
      [
        [
          [[1], [2]],
          [[3], []],
        ],
        `an array of shape [1] at [1][1], ${expected} an array of shape [0]`,
      ],
    ]
    for (const [values, text] of cases) {
      const message = `tensor: expected ${text}. Give all of them the same length.`
      assertError(() => tensor(values, undefined, { device }), ShapeError, message)
    }
  })

  it('refuses what is no number', () => {
    const message = 'tensor: expected numbers, got "4" at [1][1]. Convert it to a number first.'
    const values = [
      [1, 2],
      [3, '4'],
    ] as unknown as Values
    assertError(() => tensor(values, undefined, { device }), OptionError, message)
  })

  it('refuses a shape of another size', () => {
    const message =
      'tensor: expected 6 values for shape [2, 3], got 4. Pass as many values as the product of the sizes.'
    assertError(() => tensor([1, 2, 3, 4], [2, 3], { device }), ShapeError, message)
    const sizes = 'tensor: expected a shape of whole numbers from 1, got [2, 0]. Pass such sizes.'
    assertError(() => tensor([], [2, 0], { device }), ShapeError, sizes)
  })

  it('gives an item only of one number', () => {
    const message = 'Tensor.item: expected a tensor of one number, got shape [2, 3]. Reduce it, or use toArray().'
    assertError(() => ones([2, 3], { device }).item(), ShapeError, message)
    assert.equal(ones([1, 1], { device }).item(), 1)
  })
})

describe('zeros, ones and full', () => {
  it('fill every element', () => {
    assert.deepEqual([...zeros([2, 2], { device }).toArray()], [0, 0, 0, 0])
    assert.deepEqual([...ones([3], { device }).toArray()], [1, 1, 1])
    assert.deepEqual([...full([], -2, { device }).toArray()], [-2])
  })
})

describe('devices', () => {
  it('may not be mixed', () => {
    const other = new ReferenceDevice()
    const message =
      'add: expected tensors of one device, got reference and another reference. Create them with the same { device }.'
    assertError(() => add(ones([2], { device }), ones([2], { device: other })), OptionError, message)
  })

  it('are taken from the default when none is named', () => {
    const before = defaultDevice()
    assert.equal(defaultDevice(), before)
    setDefaultDevice(device)
    assert.equal(zeros([1]).device, device)
    setDefaultDevice(before)
  })
})

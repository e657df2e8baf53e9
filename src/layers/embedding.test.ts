import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { checkGradients } from '../tensor/central-differences.test-support.ts'
import { Embedding } from './embedding.ts'
import { drawn } from './weight-source.ts'

const device = new ReferenceDevice()
const source = drawn(device)

test('looks up a row for each id', () => {
  const layer = new Embedding({ vocabulary: 4, embeddingSize: 3, source })
  const rows = layer.weight.toArray()
  assert.deepEqual(layer.forward([2, 0, 2]).shape, [3, 3])
  assert.deepEqual(
    [...layer.forward([2, 0, 2]).toArray()],
    [...rows.slice(6, 9), ...rows.slice(0, 3), ...rows.slice(6, 9)],
  )
})

test('begins normal with the deviation asked for, by the seed', () => {
  const values = (options: object) =>
    new Embedding({ vocabulary: 200, embeddingSize: 50, source, ...options }).weight.toArray() as Float64Array
  const standard = values({})
  const deviation = Math.sqrt(standard.reduce((sum, v) => sum + v * v, 0) / standard.length)
  // The deviation of the estimate from 10,000 numbers is 0.007.
  assert.ok(Math.abs(deviation - 1) < 0.03, `${deviation}`)
  assert.deepEqual(
    values({ deviation: 0.5 }),
    standard.map(v => v / 2),
  )
  assert.notDeepEqual(values({ seed: 2 }), standard)
})

test('gradients of rows used several times add up', () => {
  checkGradients(
    ([weight]) => new Embedding({ vocabulary: 4, embeddingSize: 2, source: () => weight }).forward([3, 1, 3, 3]),
    [[4, 2]],
  )
})

test('an id that is no row is refused', () => {
  const layer = new Embedding({ vocabulary: 4, embeddingSize: 3, source })
  for (const id of [4, -1, 0.5, Number.NaN]) {
    assert.throws(() => layer.forward([0, id]), { name: 'OptionError', message: /^embedding: expected .*3/ })
  }
})

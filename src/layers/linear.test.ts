import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { ShapeError } from '../errors/errors.ts'
import { checkGradients } from '../tensor/central-differences.test-support.ts'
import { type Tensor, tensor } from '../tensor/index.ts'
import { Linear } from './linear.ts'
import { drawn, within } from './weight-source.ts'

const device = new ReferenceDevice()
const source = drawn(device)

test('y = x Wᵀ + b, for rows of any leading shape', () => {
  const layer = new Linear({
    inputSize: 2,
    outputSize: 3,
    source: (name, shape) => tensor(name === 'weight' ? [1, 2, 3, 4, 5, 6] : [10, 20, 30], shape, { device }),
  })
  const y = layer.forward(tensor([[[1, 0]], [[2, -1]]], undefined, { device }))
  assert.deepEqual(y.shape, [2, 1, 3])
  assert.deepEqual([...y.toArray()], [11, 23, 35, 10, 22, 34])
})

test('begins uniform in ±1/√I by the seed, weights and bias apart', () => {
  const layer = new Linear({ inputSize: 25, outputSize: 40, source })
  const values = [...layer.parameters().values()].flatMap(t => [...t.toArray()])
  assert.ok(Math.max(...values) > 0.198 && Math.min(...values) < -0.198)
  assert.ok(values.every(v => Math.abs(v) <= 0.2))
  assert.notEqual(layer.weight.toArray()[0], layer.bias.toArray()[0])
  assert.notDeepEqual(
    new Linear({ inputSize: 25, outputSize: 40, seed: 2, source }).bias.toArray(),
    layer.bias.toArray(),
  )
})

test('asks for its weights by name and shape', () => {
  const asked: string[] = []
  const layer = new Linear({
    inputSize: 2,
    outputSize: 3,
    source: within((name, shape, draw) => {
      asked.push(`${name} [${shape.join(', ')}]`)
      return source(name, shape, draw)
    }, 'head'),
  })
  assert.deepEqual(asked, ['head.weight [3, 2]', 'head.bias [3]'])
  assert.deepEqual([...layer.parameters().keys()], ['weight', 'bias'])
})

test('gradients are those of central differences', () => {
  const layerOf = (weight: Tensor, bias: Tensor) =>
    new Linear({ inputSize: 4, outputSize: 3, source: name => (name === 'weight' ? weight : bias) })
  checkGradients(([x, weight, bias]) => layerOf(weight, bias).forward(x), [[2, 5, 4], [3, 4], [3]])
})

test('x of another width is refused', () => {
  const x = tensor([[1, 2, 3]], undefined, { device })
  assert.throws(() => new Linear({ inputSize: 2, outputSize: 3, source }).forward(x), ShapeError)
})

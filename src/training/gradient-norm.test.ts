import assert from 'node:assert/strict'
import { test } from 'node:test'
import { implementations } from '../devices/devices.test-bench.ts'
import { backward, mul, sum, tensor } from '../tensor/index.ts'
import { clipFactor, gradientNorm } from './gradient-norm.ts'

for (const { name, create } of implementations) {
  test(`${name}: the norm is that of all gradients together; a weight without one counts for nothing`, () => {
    const device = create()
    const leaf = () => tensor([1, 1], [2], { device, requiresGradient: true })
    const parameters = new Map([
      ['a', leaf()],
      ['b', leaf()],
      ['c', leaf()],
    ])
    assert.equal(gradientNorm(parameters), 0)
    const weigh = (key: string, values: number[]) =>
      backward(sum(mul(parameters.get(key) ?? 0, tensor(values, [2], { device }))))
    weigh('a', [2, -4])
    weigh('b', [5, 6])
    assert.ok(Math.abs(gradientNorm(parameters) - 9) < 1e-6)
    weigh('c', [Number.NaN, 0])
    assert.ok(Number.isNaN(gradientNorm(parameters)))
  })
}

test('the factor brings a longer gradient to the norm and leaves a shorter one, as torch’s clip_grad_norm_', () => {
  assert.equal(clipFactor(4, 5), 1)
  assert.equal(clipFactor(0, 5), 1)
  assert.ok(Math.abs(clipFactor(10, 5) - 0.5) < 1e-6)
  assert.equal(clipFactor(10, 5), 5 / (10 + 1e-6))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { implementations } from '../devices/devices.test-bench.ts'
import { DivergenceError } from '../errors/errors.ts'
import { backward, mul, step, sum, tensor } from '../tensor/index.ts'
import { divergenceError } from './divergence.ts'

const situation = { step: 12, loss: 0.75, learningRate: 0.1, clipNorm: 5, warmUp: 0 }

/** Weights a, b and c of two numbers, with these gradients. */
function parametersWith(
  gradients: Readonly<Record<string, readonly number[] | null>>,
  create = implementations[0].create,
) {
  const device = create()
  const parameters = new Map(
    Object.keys(gradients).map(name => [name, tensor([1, 2], [2], { device, requiresGradient: true })]),
  )
  for (const [name, weight] of parameters) {
    const given = gradients[name]
    if (given) step(() => backward(sum(mul(weight, tensor(given, [2], { device })))))
  }
  return parameters
}

for (const { name, create } of implementations) {
  test(`${name}: names the bad gradient nearest to the loss and the largest finite one`, () => {
    const gradients = { a: [Number.NaN, 1], b: [Infinity, -30], c: [2, 3], unused: null }
    const error = divergenceError(parametersWith(gradients, create), situation)
    assert.ok(error instanceof DivergenceError)
    assert.deepEqual(error.divergence, {
      step: 12,
      loss: 0.75,
      parameter: 'b',
      largest: { parameter: 'b', gradient: -30 },
    })
    assert.equal(
      error.message,
      'training, step 12: expected a finite loss and gradient, got loss 0.75 and a gradient of b that is not finite ' +
        '(the largest finite one: -30 in b). Try a learning rate of 0.01 (now 0.1), a smaller clip norm than 5 or ' +
        'some hundred steps of warm-up.',
    )
  })
}

test('says so when no gradient is finite', () => {
  const parameters = parametersWith({ a: [Number.NaN, Number.NaN] })
  const { message, divergence } = divergenceError(parameters, {
    ...situation,
    loss: Number.NaN,
    clipNorm: 1,
    warmUp: 50,
  })
  assert.equal(divergence?.largest, null)
  assert.equal(
    message,
    'training, step 12: expected a finite loss and gradient, got loss NaN and a gradient of a that is not finite ' +
      '(the largest finite one: none is finite). Try a learning rate of 0.01 (now 0.1) or a warm-up of more than 50 ' +
      'steps.',
  )
})

test('says so when the gradients are finite and their norm is not', () => {
  const { message, divergence } = divergenceError(parametersWith({ a: [1e200, 3] }), situation)
  assert.equal(divergence?.parameter, null)
  assert.match(
    message,
    /got loss 0\.75 and gradients too large for their norm \(the largest finite one: 1e\+200 in a\)\./,
  )
})

test('says so when only the loss is not finite', () => {
  const { message } = divergenceError(parametersWith({ a: [2, 3] }), { ...situation, loss: Infinity })
  assert.match(message, /got loss Infinity and finite gradients \(the largest finite one: 3 in a\)\./)
})

test('tells of weights that were not finite before', () => {
  const parameters = parametersWith({ a: [1, 2], vectors: [Number.NaN, 1] })
  const vectors = parameters.get('vectors')
  vectors?.device.write(vectors.matrix, [0, Infinity])
  const { message } = divergenceError(parameters, situation)
  assert.match(message, /\); weights of vectors were not finite before the step\. Try /)
})

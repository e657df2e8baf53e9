/**
 * Settings of an optimizer: which weights decay, clipping by value, and what wrong settings are answered with.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ReferenceDevice } from '../../devices/reference/reference-device.ts'
import { OptionError } from '../../errors/errors.ts'
import { samples } from '../../tensor/central-differences.test-support.ts'
import { backward, mul, step, sum, type Tensor, tensor } from '../../tensor/index.ts'
import { OptimizerState } from '../optimizer-state.ts'
import { adam } from './adam.ts'
import { optimizerNamed } from './registry.ts'
import { sgd } from './sgd.ts'

const SIZE = 6

const weightsOf = (shape: readonly number[]) =>
  tensor(samples(shape), shape, { device: new ReferenceDevice(), requiresGradient: true })

/** Gives the weights this gradient: that of Σ g ⊙ p. */
function give(weights: Tensor, gradient: ArrayLike<number>): void {
  const given = tensor(Float64Array.from(gradient), weights.shape, { device: weights.device })
  step(() => backward(sum(mul(given, weights))))
}

describe('weight decay', () => {
  /** Where weights of a shape go without any gradient. */
  const decayed = (shape: readonly number[], decays?: () => boolean) => {
    const weights = weightsOf(shape)
    const before = weights.toArray()
    const state = new OptimizerState(sgd.with({ weightDecay: 0.5 }), new Map([['w', weights]]), decays && { decays })
    give(weights, new Float64Array(SIZE))
    state.step(0.1, 1)
    return Array.from(weights.toArray(), (p, i) => Math.round(1e6 * (p / before[i])) / 1e6)
  }

  test('shrinks matrices and leaves vectors alone', () => {
    assert.deepEqual(decayed([2, 3]), Array(SIZE).fill(0.95))
    assert.deepEqual(decayed([SIZE]), Array(SIZE).fill(1))
  })

  test('shrinks what the caller says', () => {
    assert.deepEqual(
      decayed([SIZE], () => true),
      Array(SIZE).fill(0.95),
    )
    assert.deepEqual(
      decayed([2, 3], () => false),
      Array(SIZE).fill(1),
    )
  })
})

describe('clipping by value', () => {
  test('keeps each element of the scaled gradient within the bounds', () => {
    const weights = tensor(new Float64Array(SIZE), [SIZE], { device: new ReferenceDevice(), requiresGradient: true })
    give(weights, [1, -1, 3, -3, 100, 0])
    new OptimizerState(sgd, new Map([['w', weights]])).step(1, 0.5, 1.25)
    assert.deepEqual(
      Array.from(weights.toArray(), p => 0 - p),
      [0.5, -0.5, 1.25, -1.25, 1.25, 0],
    )
  })
})

describe('settings of an optimizer', () => {
  test('stay when others are set', () => {
    const changed = adam.with({ beta1: 0.5 }).with({ learningRate: 0.02 })
    assert.deepEqual(changed.settings, { ...adam.settings, beta1: 0.5, learningRate: 0.02 })
    assert.equal(changed.defaultLearningRate, 0.02)
    assert.equal(adam.settings.beta1, 0.9)
  })

  test('decide what it remembers', () => {
    assert.deepEqual(sgd.memory, [])
    assert.deepEqual(sgd.with({ momentum: 0.9 }).memory, ['u'])
    assert.deepEqual(optimizerNamed('rmsprop', { centered: true, momentum: 0.1 }).memory, ['v', 'm', 'u'])
  })

  const faults: readonly [() => unknown, string][] = [
    [
      () => optimizerNamed('adamx'),
      'optimizer: expected one of adam, lazy-adam, adamw, sgd, rmsprop, adagrad, got "adamx". Did you mean "adam"?',
    ],
    [
      () => optimizerNamed('sgd', { momentun: 0.9 }),
      'optimizer sgd: expected a setting of learningRate, momentum, nesterov, weightDecay, got "momentun". ' +
        'Did you mean "momentum"?',
    ],
    [() => sgd.with({ momentum: 1.5 }), 'optimizer sgd: expected momentum to be a number from 0 to 1, got 1.5.'],
    [
      () => sgd.with({ weightDecay: -1 }),
      'optimizer sgd: expected weightDecay to be a finite number, at least 0, got -1.',
    ],
    [() => optimizerNamed('sgd', { nesterov: 1 }), 'optimizer sgd: expected nesterov to be true or false, got 1.'],
    [
      () => adam.with({ learningRate: Number.NaN }),
      'optimizer adam: expected learningRate to be a finite number, at least 0, got NaN.',
    ],
  ]
  for (const [run, message] of faults) {
    test(message, () => {
      assert.throws(run, error => error instanceof OptionError && error.message === message)
    })
  }
})

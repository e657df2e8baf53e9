/**
 * Every optimizer of the registry against its published equations, written here a second time with plain numbers.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { implementations } from '../../devices/devices.test-bench.ts'
import { samples } from '../../tensor/central-differences.test-support.ts'
import { backward, mul, step, sum, type Tensor, tensor, zeroGradients } from '../../tensor/index.ts'
import { OptimizerState } from '../optimizer-state.ts'
import { optimizerNamed, optimizers } from './registry.ts'

/** One weight over several steps: its gradients in, its values after each step out. */
type Plain = (p: number, gradients: readonly number[], learningRate: number) => number[]

const plain: Readonly<Record<string, Plain>> = {
  sgd(start, gradients, learningRate) {
    let p = start
    return gradients.map(g => {
      p -= learningRate * g
      return p
    })
  },

  // Kingma & Ba 2015, algorithm 1, as it stands there.
  adam(start, gradients, learningRate) {
    const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8]
    let [p, m, v] = [start, 0, 0]
    return gradients.map((g, k) => {
      const t = k + 1
      m = beta1 * m + (1 - beta1) * g
      v = beta2 * v + (1 - beta2) * g * g
      const mHat = m / (1 - beta1 ** t)
      const vHat = v / (1 - beta2 ** t)
      p -= (learningRate * mHat) / (Math.sqrt(vHat) + epsilon)
      return p
    })
  },
}

const STEPS = 12
const SHAPE = [3, 7]
const SIZE = 21
const RATES = [null, 0.03]

/** Of the distance gone: a few roundings a step. */
const tolerance = (bytes: number) => (bytes === 8 ? 1e-13 : 1e-5)

/** Gradients of each step, [STEPS][SIZE]; the third element's is always tiny, the fourth's 0. */
const gradients = Array.from({ length: STEPS }, (_, k) =>
  samples(SHAPE, 60 + k).map((g, i) => (i === 2 ? g * 1e-6 : i === 3 ? 0 : g)),
)

for (const [name, optimizer] of Object.entries(optimizers)) {
  describe(`${name} by its equations`, () => {
    for (const { name: deviceName, create } of implementations) {
      for (const rate of RATES) {
        it(`${deviceName}, learning rate ${rate ?? 'its own'}`, () => {
          assert.ok(plain[name], `add ${name}'s equations to this file`)
          const device = create()
          const learningRate = rate ?? optimizer.defaultLearningRate
          const p = tensor(samples(SHAPE, 1), SHAPE, { device, requiresGradient: true })
          const state = new OptimizerState(optimizer, new Map([['p', p]]))
          const start = [...p.toArray()]
          const given = gradients.map(g => tensor(g, SHAPE, { device }))
          const expected = start.map((s, i) =>
            plain[name](
              s,
              given.map(g => g.toArray()[i]),
              learningRate,
            ),
          )
          for (let k = 0; k < STEPS; k++) {
            step(() => backward(sum(mul(p, given[k]))))
            state.step(learningRate, 1)
            zeroGradients([p])
            p.toArray().forEach((value, i) => {
              const [difference, allowed] = [Math.abs(value - expected[i][k]), tolerance(device.bytesPerElement)]
              assert.ok(difference <= allowed, `step ${k + 1}, [${i}]: ${value}, expected ${expected[i][k]}`)
            })
          }
        })
      }
    }
  })
}

describe('an optimizer at work', () => {
  const { device, of } = (() => {
    const own = implementations[0].create()
    return { device: own, of: (values: number[]) => tensor(values, [2], { device: own, requiresGradient: true }) }
  })()

  it('leaves a weight without a gradient as it is', () => {
    const [used, unused] = [of([1, 2]), of([3, 4])]
    const parameters = new Map([
      ['used', used],
      ['unused', unused],
    ])
    const state = new OptimizerState(optimizers.adam, parameters)
    backward(sum(used))
    state.step(0.1, 1)
    assert.deepEqual([...unused.toArray()], [3, 4])
    assert.notDeepEqual([...used.toArray()], [1, 2])
    assert.equal(state.steps, 1)
  })

  it('multiplies gradients with the factor of clipping first', () => {
    const p = of([1, 2])
    backward(sum(p))
    new OptimizerState(optimizers.sgd, new Map([['p', p]])).step(0.5, 0.25)
    assert.deepEqual([...p.toArray()], [0.875, 1.875])
  })

  it('remembers vectors of each weight’s shape, zero at first', () => {
    const p = tensor(samples(SHAPE), SHAPE, { device, requiresGradient: true })
    const { memory } = new OptimizerState(optimizers.adam, new Map([['p', p]]))
    assert.deepEqual(Object.keys(memory.get('p') ?? {}), ['m', 'v'])
    for (const t of Object.values(memory.get('p') ?? {}) as Tensor[]) {
      assert.deepEqual([...t.shape], SHAPE)
      assert.deepEqual([...t.toArray()], Array(SIZE).fill(0))
    }
  })

  it('is found by name, and the nearest name is suggested', () => {
    for (const name of Object.keys(optimizers)) assert.equal(optimizerNamed(name), optimizers[name])
    assert.throws(() => optimizerNamed('adm'), {
      name: 'OptionError',
      message: /^optimizer: expected one of .*adam.*, got "adm"\. Did you mean "adam"\?$/,
    })
    assert.throws(() => optimizerNamed('toString'), { name: 'OptionError' })
  })
})

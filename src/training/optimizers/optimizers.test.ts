/**
 * Every optimizer of the registry against its published equations, written here a second time with plain numbers.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Device } from '../../devices/device.ts'
import { implementations } from '../../devices/devices.test-bench.ts'
import { ReferenceDevice } from '../../devices/reference/reference-device.ts'
import { uniforms } from '../../random/draw.ts'
import { keyOf } from '../../random/key.ts'
import { samples } from '../../tensor/central-differences.test-support.ts'
import { backward, mul, step, sum, type Tensor, tensor, zeroGradients } from '../../tensor/index.ts'
import { OptimizerState } from '../optimizer-state.ts'
import type { Settings } from '../settings.ts'
import type { Optimizer } from './define.ts'
import { optimizerNamed, optimizers } from './registry.ts'

/** Settings; a switch is looked at as 0 or 1. */
type Given = Readonly<Record<string, number>>

/** One step of one weight; `memory` is its own. */
type Plain = (p: number, g: number, t: number, s: Given, memory: Record<string, number>) => number

const plain: Readonly<Record<string, Plain>> = {
  sgd(p, g, t, s, memory) {
    const d = g + s.weightDecay * p
    memory.buffer = t === 1 ? d : s.momentum * memory.buffer + d
    return p - s.learningRate * (s.nesterov ? d + s.momentum * memory.buffer : memory.buffer)
  },
  adam: (p, g, t, s, memory) => p - adamStep(g + s.weightDecay * p, t, s, memory),
  // On weights without gradients of single rows; those are in test/parity/lazy-adam.test.ts.
  'lazy-adam': (p, g, t, s, memory) => p - adamStep(g, t, s, memory),
  adamw: (p, g, t, s, memory) => p * (1 - s.learningRate * s.weightDecay) - adamStep(g, t, s, memory),
  rmsprop(p, g, _t, s, memory) {
    const d = g + s.weightDecay * p
    memory.square = s.alpha * (memory.square ?? 0) + (1 - s.alpha) * d ** 2
    memory.mean = s.alpha * (memory.mean ?? 0) + (1 - s.alpha) * d
    const variance = s.centered ? memory.square - memory.mean ** 2 : memory.square
    memory.velocity = s.momentum * (memory.velocity ?? 0) + d / (Math.sqrt(variance) + s.epsilon)
    return p - s.learningRate * memory.velocity
  },
  adagrad(p, g, t, s, memory) {
    const d = g + s.weightDecay * p
    memory.sum = (memory.sum ?? 0) + d ** 2
    return p - ((s.learningRate / (1 + (t - 1) * s.learningRateDecay)) * d) / (Math.sqrt(memory.sum) + s.epsilon)
  },
}

function adamStep(d: number, t: number, s: Given, memory: Record<string, number>): number {
  memory.first = s.beta1 * (memory.first ?? 0) + (1 - s.beta1) * d
  memory.second = s.beta2 * (memory.second ?? 0) + (1 - s.beta2) * d ** 2
  const [first, second] = [memory.first / (1 - s.beta1 ** t), memory.second / (1 - s.beta2 ** t)]
  return (s.learningRate * first) / (Math.sqrt(second) + s.epsilon)
}

/** Drawn by k: switches on or off, numbers below 0.9, epsilon large enough to matter. */
function drawnSettings(defaults: Settings, k: number): Settings {
  const draws = uniforms(keyOf(3, 'optimizer settings', k), Object.keys(defaults).length)
  const entries = Object.entries(defaults).map(([name, value], i) => {
    if (typeof value === 'boolean') return [name, draws[i] < 0.5]
    return [name, (name === 'epsilon' ? 0.1 : 0.9) * draws[i] + 0.01]
  })
  return Object.fromEntries(entries)
}

const STEPS = 12
const SHAPE = [3, 7]
const SIZE = 21
const RATES = [null, 0.03]
const DRAWN_SETTINGS = 20

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
          check(optimizer, rate ?? optimizer.defaultLearningRate, create())
        })
      }
    }
    it('with drawn settings', () => {
      for (let k = 0; k < DRAWN_SETTINGS; k++) {
        const set = optimizer.with(drawnSettings(optimizer.settings, k))
        check(set, set.defaultLearningRate, new ReferenceDevice())
      }
    })
  })
}

function check(optimizer: Optimizer, learningRate: number, device: Device): void {
  const { name } = optimizer
  assert.ok(plain[name], `add ${name}'s equations to this file`)
  const settings = { ...optimizer.settings, learningRate } as unknown as Given
  const p = tensor(samples(SHAPE, 1), SHAPE, { device, requiresGradient: true })
  const state = new OptimizerState(optimizer, new Map([['p', p]]))
  const expected = [...p.toArray()]
  const memories = expected.map((): Record<string, number> => ({}))
  for (let k = 0; k < STEPS; k++) {
    const given = tensor(gradients[k], SHAPE, { device })
    step(() => backward(sum(mul(p, given))))
    state.step(learningRate, 1)
    zeroGradients([p])
    const [g, values] = [given.toArray(), p.toArray()]
    values.forEach((value, i) => {
      expected[i] = plain[name](expected[i], g[i], k + 1, settings, memories[i])
      const [difference, allowed] = [Math.abs(value - expected[i]), tolerance(device.bytesPerElement)]
      const what = `${JSON.stringify(settings)}, step ${k + 1}, [${i}]: ${value}, expected ${expected[i]}`
      assert.ok(difference <= allowed * Math.max(1, Math.abs(expected[i])), what)
    })
  }
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

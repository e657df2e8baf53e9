/**
 * Every optimizer against torch.optim over five steps, with clipping by the global norm and by value, with weight
 * decay (matrices only) and other settings.
 */
import { test } from 'node:test'
import type { Device } from '../../src/devices/device.ts'
import { add, backward, mul, step, sum, type Tensor, tensor, zeroGradients } from '../../src/tensor/index.ts'
import { clipFactor, gradientNorm } from '../../src/training/gradient-norm.ts'
import { OptimizerState } from '../../src/training/optimizer-state.ts'
import type { Optimizer } from '../../src/training/optimizers/define.ts'
import { optimizers } from '../../src/training/optimizers/registry.ts'
import type { Settings } from '../../src/training/settings.ts'
import { numbersOf, readGolden } from './golden.ts'
import { compare, leaf, sides, wave } from './wave.ts'

interface GoldenCase {
  /** In place of the optimizer's defaults. */
  readonly settings: Settings
  readonly learningRate: number | null
  readonly clipNorm: number
  readonly clipValue: number
  /** After each step; `norm` is that before clipping. */
  readonly steps: readonly Readonly<Record<'norm' | 'a' | 'b', string>>[]
}

const golden = readGolden('optimizers') as Readonly<Record<string, readonly GoldenCase[]>>

for (const [name, optimizer] of Object.entries(optimizers)) {
  for (const { name: side, create, tolerance } of sides) {
    test(`${name} on ${side}: five steps as torch.optim`, () => {
      if (!golden[name]) throw new Error(`golden/optimizers.json: no numbers for ${name}; add it to tools/golden`)
      for (const one of golden[name]) replay(optimizer.with(one.settings), one, create(), tolerance)
    })
  }
}

function replay(
  optimizer: Optimizer,
  { learningRate, clipNorm, clipValue, steps }: GoldenCase,
  device: Device,
  tolerance: number,
) {
  const parameters = new Map([
    ['a', leaf(device, 'a', [2, 3], 1)],
    ['b', leaf(device, 'b', [5], 1)],
  ])
  const state = new OptimizerState(optimizer, parameters)
  for (const [k, { norm, ...expected }] of steps.entries()) {
    step(() => backward(lossAt(k + 1, parameters)))
    const length = gradientNorm(parameters)
    compare(`step ${k + 1}, norm`, [length], numbersOf(norm), tolerance)
    state.step(learningRate ?? optimizer.defaultLearningRate, clipFactor(length, clipNorm), clipValue)
    zeroGradients(parameters.values())
    for (const [name, text] of Object.entries(expected)) {
      const actual = parameters.get(name) as Tensor
      compare(`step ${k + 1}, ${name}`, actual.toArray(), numbersOf(text), tolerance)
    }
  }
}

/** Σ wave ⊙ p + p² / 2, another wave at each step. */
function lossAt(stepNumber: number, parameters: ReadonlyMap<string, Tensor>): Tensor {
  const parts = [...parameters].map(([name, p]) => {
    const weights = tensor(wave(`${name} ${stepNumber}`, p.shape, 1), p.shape, { device: p.device })
    return sum(add(mul(weights, p), mul(mul(p, p), 0.5)))
  })
  return add(parts[0], parts[1])
}

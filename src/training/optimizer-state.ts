/**
 * An optimizer at work on a model's weights: what it remembers of each, and its step.
 */
import type { Matrix } from '../devices/device.ts'
import { type Tensor, zeros } from '../tensor/index.ts'
import type { Optimizer } from './optimizers/define.ts'

/** Weights by the names they have in a model file. */
export type Parameters = ReadonlyMap<string, Tensor>

export class OptimizerState {
  readonly optimizer: Optimizer
  readonly #parameters: Parameters
  /** For each weight, what the optimizer remembers of it, of the weight's shape. */
  readonly memory: ReadonlyMap<string, Readonly<Record<string, Tensor>>>
  /** Steps made. */
  steps = 0

  constructor(optimizer: Optimizer, parameters: Parameters) {
    this.optimizer = optimizer
    this.#parameters = parameters
    const zerosLike = (t: Tensor) =>
      Object.fromEntries(optimizer.memory.map(name => [name, zeros(t.shape, { device: t.device })]))
    this.memory = new Map([...parameters].map(([name, t]) => [name, zerosLike(t)]))
  }

  /**
   * Changes every weight that has a gradient, in place, in one fused pass each.
   *
   * @param learningRate   Step size.
   * @param gradientScale  What gradients are multiplied with first: the factor of clipping.
   */
  step(learningRate: number, gradientScale: number): void {
    this.steps++
    const { program } = this.optimizer
    const numbers: Readonly<Record<string, number>> = {
      ...this.optimizer.scalars(this.steps, learningRate),
      gradientScale,
    }
    const scalars = program.scalars.map(name => numbers[name])
    for (const [name, parameter] of this.#parameters) {
      if (!parameter.gradient) continue
      const memory = this.memory.get(name) as Readonly<Record<string, Tensor>>
      const matrices: Record<string, Matrix> = { p: parameter.matrix, g: parameter.gradient.matrix }
      for (const [kind, t] of Object.entries(memory)) matrices[kind] = t.matrix
      parameter.device.pointwise(program, {
        inputs: program.inputs.map(i => matrices[i.name]),
        outputs: program.outputs.map(o => matrices[o.name]),
        scalars,
      })
    }
  }
}

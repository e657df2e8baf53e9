/**
 * An optimizer at work on a model's weights: what it remembers of each, and its step.
 */
import type { Matrix } from '../devices/device.ts'
import { type Tensor, zeros } from '../tensor/index.ts'
import type { Optimizer } from './optimizers/define.ts'

/** Weights by the names they have in a model file. */
export type Parameters = ReadonlyMap<string, Tensor>

export interface OptimizerStateOptions {
  /**
   * Which weights the optimizer's weight decay shrinks.
   *
   * @default Matrices (also embeddings), not vectors: biases, gains and peepholes keep their size, as in GPT-2's
   * training and its descendants.
   */
  readonly decays?: (name: string, weight: Tensor) => boolean
}

const isMatrix = (_name: string, { shape }: Tensor): boolean => shape.length >= 2

export class OptimizerState {
  readonly optimizer: Optimizer
  readonly #parameters: Parameters
  readonly #decays: (name: string, weight: Tensor) => boolean
  /** For each weight, what the optimizer remembers of it, of the weight's shape. */
  readonly memory: ReadonlyMap<string, Readonly<Record<string, Tensor>>>
  /** Steps made. */
  steps = 0

  constructor(optimizer: Optimizer, parameters: Parameters, { decays = isMatrix }: OptimizerStateOptions = {}) {
    this.optimizer = optimizer
    this.#parameters = parameters
    this.#decays = decays
    const zerosLike = (t: Tensor) =>
      Object.fromEntries(optimizer.memory.map(name => [name, zeros(t.shape, { device: t.device })]))
    this.memory = new Map([...parameters].map(([name, t]) => [name, zerosLike(t)]))
  }

  /**
   * Changes every weight that has a gradient, in place, in one fused pass each.
   *
   * @param learningRate   Step size.
   * @param gradientScale  What gradients are multiplied with first: the factor of clipping by norm.
   * @param clipValue      Then each of their elements is kept within ±clipValue, as torch.nn.utils.clip_grad_value_.
   *                       @default Infinity
   */
  step(learningRate: number, gradientScale: number, clipValue = Infinity): void {
    this.steps++
    // Without a bound the pass without it, which is shorter.
    const program = clipValue < Infinity ? this.optimizer.clippingProgram : this.optimizer.program
    const scalarsFor = (isDecayed: boolean): number[] => {
      const numbers = { ...this.optimizer.scalars(this.steps, learningRate, isDecayed), gradientScale, clipValue }
      return program.scalars.map(name => numbers[name as keyof typeof numbers])
    }
    const [decayed, kept] = [scalarsFor(true), scalarsFor(false)]
    for (const [name, parameter] of this.#parameters) {
      if (!parameter.gradient) continue
      const memory = this.memory.get(name) as Readonly<Record<string, Tensor>>
      const matrices: Record<string, Matrix> = { p: parameter.matrix, g: parameter.gradient.matrix }
      for (const [kind, t] of Object.entries(memory)) matrices[kind] = t.matrix
      parameter.device.pointwise(program, {
        inputs: program.inputs.map(i => matrices[i.name]),
        outputs: program.outputs.map(o => matrices[o.name]),
        scalars: this.#decays(name, parameter) ? decayed : kept,
      })
    }
  }
}

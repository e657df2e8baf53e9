/**
 * An optimizer at work on a model's weights: what it remembers of each, and its step.
 */
import type { Device, Matrix } from '../devices/device.ts'
import type { Program } from '../formula/program.ts'
import { type Tensor, zeros } from '../tensor/index.ts'
import { onRows } from '../tensor/row-gradient.ts'
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
    for (const t of parameters.values()) t.takesRowGradients = optimizer.rowProgram !== null && t.shape.length === 2
  }

  /**
   * Changes every weight that has a gradient, in place, in one fused pass each; of a table with gradients of single
   * rows, these rows.
   *
   * @param learningRate   Step size.
   * @param gradientScale  What gradients are multiplied with first: the factor of clipping by norm.
   * @param clipValue      Then each of their elements is kept within ±clipValue, as torch.nn.utils.clip_grad_value_.
   *                       @default Infinity
   */
  step(learningRate: number, gradientScale: number, clipValue = Infinity): void {
    this.steps++
    const { optimizer } = this
    // Without a bound the pass without it, which is shorter.
    const isBounded = clipValue < Infinity
    const program = isBounded ? optimizer.clippingProgram : optimizer.program
    const rowProgram = isBounded ? optimizer.clippingRowProgram : optimizer.rowProgram
    const numbersFor = (isDecayed: boolean): StepNumbers => ({
      ...optimizer.scalars(this.steps, learningRate, isDecayed),
      ...{ gradientScale, clipValue },
    })
    const [decayed, kept] = [numbersFor(true), numbersFor(false)]
    for (const [name, parameter] of this.#parameters) {
      const { device, matrix, gradient, rowGradient } = parameter
      if (!gradient && !rowGradient) continue
      const numbers = this.#decays(name, parameter) ? decayed : kept
      const memory = Object.entries(this.memory.get(name) as Readonly<Record<string, Tensor>>)
      const matrices: Record<string, Matrix> = { p: matrix }
      for (const [kind, t] of memory) matrices[kind] = t.matrix
      if (gradient) run(device, program, { ...matrices, g: gradient.matrix }, numbers)
      else if (rowGradient && rowProgram) {
        const { rows, values } = rowGradient
        const names = Object.keys(matrices)
        onRows(device, Object.values(matrices), rows, parts => {
          const named = Object.fromEntries(names.map((kind, k) => [kind, parts[k]]))
          run(device, rowProgram, { ...named, g: values.matrix }, numbers)
        })
      }
    }
  }
}

type StepNumbers = Readonly<Record<string, number>>

/** Runs a program in place on the matrices of its names. */
function run(device: Device, program: Program, matrices: Readonly<Record<string, Matrix>>, numbers: StepNumbers): void {
  device.pointwise(program, {
    inputs: program.inputs.map(i => matrices[i.name]),
    outputs: program.outputs.map(o => matrices[o.name]),
    scalars: program.scalars.map(name => numbers[name]),
  })
}

/**
 * The fused operation: a cell over packed sequences as one step of the tape, all time steps inside the device.
 */
import type { Device } from '../devices/device.ts'
import type { Matrix } from '../devices/matrix.ts'
import type { CellWeights, ForwardResult, Packing, TrainingCall } from '../devices/recurrent.ts'
import { stateWidth } from '../formula/equations.ts'
import type { CellProgram } from '../formula/stages.ts'
import type { RandomKey } from '../random/key.ts'
import { borrowUnset } from '../tensor/memory.ts'
import { isRecorded, isRecording, record } from '../tensor/tape.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'
import { matricesOf, type WeightTensors, weightMatrices } from './recurrent-weights.ts'

export interface RecurrentArguments {
  readonly cell: CellProgram
  readonly hiddenSize: number
  readonly packing: Packing
  /** [tokens, I]; with `indices`, [V, I]. */
  readonly x: Tensor
  /** Which row of x each token reads, [tokens]; undefined: row t is token t. */
  readonly indices: Int32Array | undefined
  readonly weights: WeightTensors
  /** [B, H] for each state (as wide as the state), rows in packed order. */
  readonly initial: Readonly<Record<string, Tensor>>
  /** Where the cell's masks are drawn from, in training; null: they are 1. */
  readonly noise: RandomKey | null
  /** Quantities that `cell` was compiled to record. */
  readonly recorded: readonly string[]
}

export interface RecurrentResult {
  /** [tokens, H]. */
  readonly output: Tensor
  /** Each sequence's own last state, [B, H], rows in packed order. */
  readonly last: Readonly<Record<string, Tensor>>
  /** [tokens, H] each. */
  readonly recorded: Readonly<Record<string, Tensor>>
}

// Loops, not `Object.fromEntries`: a stream goes through here for every single step.
function namedTensors(names: readonly string[], make: (name: string) => Tensor): Record<string, Tensor> {
  const named: Record<string, Tensor> = {}
  for (const name of names) named[name] = make(name)
  return named
}

/** Runs a cell over packed sequences; the gradient goes back through time when it is asked for. */
export function runRecurrent(args: RecurrentArguments): RecurrentResult {
  const { cell, hiddenSize, packing, x, initial } = args
  const { device } = x
  const { output } = cell.equations
  const inputs = isRecording() ? inputsOf(args) : []
  const isTraining = isRecorded(inputs.map(([, t]) => t))
  const perToken = () => allocate(device, [packing.tokens, hiddenSize])
  const widthOf = (state: string) => stateWidth(cell.equations, state, hiddenSize)
  const kept = isTraining ? [...new Set([output, ...cell.keptStates])] : [output]
  const states = namedTensors(kept, s => allocate(device, [packing.tokens, widthOf(s)]))
  const last = namedTensors(cell.states, s => allocate(device, [packing.batch, widthOf(s)]))
  const recorded = namedTensors(args.recorded, perToken)
  const saved = isTraining ? cell.saved.map(perToken) : []
  const operands = isTraining ? cell.operands.map(perToken) : []
  const call = (): TrainingCall => ({
    cell,
    packing,
    hiddenSize,
    x: x.matrix,
    indices: args.indices,
    weights: weightMatrices(args.weights),
    initial: matricesOf(initial),
    noise: args.noise,
  })
  const result = (): ForwardResult => ({
    states: matricesOf(states),
    last: matricesOf(last),
    saved: saved.map(t => t.matrix),
    operands: operands.map(t => t.matrix),
    recorded: matricesOf(recorded),
  })
  device.recurrentForward(call(), result(), isTraining)
  if (!isTraining) return { output: states[output], last, recorded }
  record({
    name: 'recurrent',
    outputs: [states[output], ...cell.states.map(s => last[s])],
    inputs: inputs.map(([, t]) => t),
    // The output and the last states belong to the caller; the rest is this operation's own.
    saved: [...saved, ...operands, ...kept.filter(s => s !== output).map(s => states[s])],
    backward: (gradients, needs) => {
      const written = gradientMatrices(args, device, inputs, needs)
      const [ofOutput, ...ofLast] = gradients
      device.recurrentBackward(call(), result(), {
        output: ofOutput,
        last: Object.fromEntries(cell.states.map((s, k) => [s, ofLast[k]])),
        ...written,
      })
      return inputs.map(([name]) => gradientNamed(name, written))
    },
  })
  return { output: states[output], last, recorded }
}

/** All tensors that a gradient may reach, by name. */
function inputsOf({ x, weights, initial }: RecurrentArguments): [string, Tensor][] {
  const { parameters, projections, ...named } = weights
  const under = (prefix: string, tensors: Readonly<Record<string, Tensor>>) =>
    Object.entries(tensors).map(([name, t]): [string, Tensor] => [`${prefix}.${name}`, t])
  return [
    ['x', x],
    ...Object.entries(named),
    ...under('parameters', parameters),
    ...under('projections', projections),
    ...under('initial', initial),
  ]
}

/** Fresh matrices for all gradients: those of weights and states come in one pass, wanted or not. */
function gradientMatrices(
  args: RecurrentArguments,
  device: Device,
  inputs: readonly (readonly [string, Tensor])[],
  needs: readonly boolean[],
) {
  const like = ({ matrix }: Tensor) => borrowUnset(device, matrix.rows, matrix.columns)
  const of = (tensors: Readonly<Record<string, Tensor>>) =>
    Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, like(t)]))
  const { parameters, projections, weightIh, weightHh, biasIh, biasHh } = args.weights
  const weights: CellWeights = {
    weightIh: weightIh ? like(weightIh) : null,
    weightHh: weightHh ? like(weightHh) : null,
    biasIh: biasIh ? like(biasIh) : null,
    biasHh: biasHh ? like(biasHh) : null,
    parameters: of(parameters),
    projections: of(projections),
  }
  const wantsX = needs[inputs.findIndex(([name]) => name === 'x')]
  return { x: wantsX ? like(args.x) : null, weights, initial: of(args.initial) }
}

/** The gradient of one of `inputsOf`, by its name there. */
function gradientNamed(name: string, written: ReturnType<typeof gradientMatrices>): Matrix | null {
  const { x, weights, initial } = written
  const [group, rest] = name.split(/\.(.*)/s)
  switch (group) {
    case 'x':
      return x
    case 'initial':
      return initial[rest]
    case 'parameters':
    case 'projections':
      return weights[group][rest]
    default:
      return weights[group as 'weightIh' | 'weightHh' | 'biasIh' | 'biasHh']
  }
}

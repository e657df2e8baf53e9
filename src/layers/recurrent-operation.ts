/**
 * The fused operation: a cell over packed sequences as one step of the tape, all time steps inside the device.
 */
import type { Device } from '../devices/device.ts'
import type { Matrix } from '../devices/matrix.ts'
import type { CellWeights, ForwardResult, Packing, RecurrentCall } from '../devices/recurrent.ts'
import type { CellProgram } from '../formula/stages.ts'
import { borrow } from '../tensor/memory.ts'
import { isRecorded, record } from '../tensor/tape.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'

/** The weights of one layer and direction as tensors; those the cell has no use for are absent. */
export interface WeightTensors {
  /** [G·H, I], [G·H]. */
  readonly weightIh?: Tensor
  readonly biasIh?: Tensor
  /** [G·H, H], [G·H]. */
  readonly weightHh?: Tensor
  readonly biasHh?: Tensor
  /** [H] each. */
  readonly parameters: Readonly<Record<string, Tensor>>
}

export interface RecurrentArguments {
  readonly cell: CellProgram
  readonly hiddenSize: number
  readonly packing: Packing
  /** [tokens, I]. */
  readonly x: Tensor
  readonly weights: WeightTensors
  /** [B, H] for each state, rows in packed order. */
  readonly initial: Readonly<Record<string, Tensor>>
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

const namedTensors = (names: readonly string[], make: (name: string) => Tensor) =>
  Object.fromEntries(names.map(name => [name, make(name)]))

const matrices = (tensors: Readonly<Record<string, Tensor>>): Record<string, Matrix> =>
  Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, t.matrix]))

/** Runs a cell over packed sequences; the gradient goes back through time when it is asked for. */
export function runRecurrent(args: RecurrentArguments): RecurrentResult {
  const { cell, hiddenSize, packing, x, initial } = args
  const { device } = x
  const { output } = cell.equations
  const inputs = inputsOf(args)
  const isTraining = isRecorded(inputs.map(([, t]) => t))
  const perToken = () => allocate(device, [packing.tokens, hiddenSize])
  const kept = isTraining ? [...new Set([output, ...cell.keptStates])] : [output]
  const states = namedTensors(kept, perToken)
  const last = namedTensors(cell.states, () => allocate(device, [packing.batch, hiddenSize]))
  const recorded = namedTensors(args.recorded, perToken)
  const saved = isTraining ? cell.saved.map(perToken) : []
  const operands = isTraining ? cell.operands.map(perToken) : []
  const call = (): RecurrentCall => ({
    cell,
    packing,
    hiddenSize,
    x: x.matrix,
    weights: weightMatrices(args.weights),
    initial: matrices(initial),
  })
  const result = (): ForwardResult => ({
    states: matrices(states),
    last: matrices(last),
    saved: saved.map(t => t.matrix),
    operands: operands.map(t => t.matrix),
    recorded: matrices(recorded),
  })
  device.recurrentForward(call(), result(), isTraining)
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
      const initialOf = (name: string) => written.initial[name.slice('initial.'.length)]
      return inputs.map(([name]) => (name === 'x' ? written.x : (weightOf(written.weights, name) ?? initialOf(name))))
    },
  })
  return { output: states[output], last, recorded }
}

/** All tensors that a gradient may reach, by name. */
function inputsOf({ x, weights, initial }: RecurrentArguments): [string, Tensor][] {
  const { parameters, ...named } = weights
  return [
    ['x', x],
    ...Object.entries(named),
    ...Object.entries(parameters).map(([name, t]): [string, Tensor] => [`parameter.${name}`, t]),
    ...Object.entries(initial).map(([name, t]): [string, Tensor] => [`initial.${name}`, t]),
  ]
}

function weightMatrices({ weightIh, weightHh, biasIh, biasHh, parameters }: WeightTensors): CellWeights {
  return {
    weightIh: weightIh?.matrix ?? null,
    weightHh: weightHh?.matrix ?? null,
    biasIh: biasIh?.matrix ?? null,
    biasHh: biasHh?.matrix ?? null,
    parameters: matrices(parameters),
  }
}

/** Fresh matrices for all gradients: those of weights and states come in one pass, wanted or not. */
function gradientMatrices(
  args: RecurrentArguments,
  device: Device,
  inputs: readonly (readonly [string, Tensor])[],
  needs: readonly boolean[],
) {
  const like = ({ matrix }: Tensor) => borrow(device, matrix.rows, matrix.columns)
  const of = (tensors: Readonly<Record<string, Tensor>>) =>
    Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, like(t)]))
  const { parameters, weightIh, weightHh, biasIh, biasHh } = args.weights
  const weights: CellWeights = {
    weightIh: weightIh ? like(weightIh) : null,
    weightHh: weightHh ? like(weightHh) : null,
    biasIh: biasIh ? like(biasIh) : null,
    biasHh: biasHh ? like(biasHh) : null,
    parameters: of(parameters),
  }
  const wantsX = needs[inputs.findIndex(([name]) => name === 'x')]
  return { x: wantsX ? like(args.x) : null, weights, initial: of(args.initial) }
}

function weightOf(weights: CellWeights, name: string): Matrix | null {
  if (name.startsWith('parameter.')) return weights.parameters[name.slice('parameter.'.length)]
  return (weights as unknown as Record<string, Matrix | undefined>)[name] ?? null
}

/**
 * The recurrent layer: a cell over time, stacked and in both directions.
 */
import type { Cell } from '../cells/define.ts'
import type { Device } from '../devices/device.ts'
import { ShapeError } from '../errors/errors.ts'
import { type CellProgram, compileCell } from '../formula/stages.ts'
import { type RandomKey, subkey } from '../random/key.ts'
import { concat, defaultDevice, dropout, full, reshape, type Tensor, takeRows } from '../tensor/index.ts'
import { Packed } from './packed.ts'
import { type PackedOrder, packedOrder, reversedRows } from './packing.ts'
import { runRecurrent, type WeightTensors } from './recurrent-operation.ts'
import { createWeights, layerSuffix, namedWeights } from './recurrent-weights.ts'
import { drawn, type WeightSource } from './weight-source.ts'

export interface RecurrentOptions {
  /** Width of x. */
  readonly inputSize: number
  /** Hidden units of each layer and direction. */
  readonly hiddenSize: number
  /** @default 1 */
  readonly layers?: number
  /** A second set of weights reads from the end; outputs are concatenated. @default false */
  readonly bidirectional?: boolean
  /** Share of values set to zero between layers, when a key is given to `forward`. @default 0 */
  readonly dropout?: number
  /** The first weights follow from it. @default 1 */
  readonly seed?: number
  /** What the forget gate's bias begins with. @default 1 */
  readonly forgetBias?: number
  /** @default drawn on the default device */
  readonly source?: WeightSource
}

/** One layer's and direction's state: [B, H] for each of the cell's states, rows in the caller's order. */
export type RecurrentState = Readonly<Record<string, Tensor>>

export interface ForwardOptions {
  /** Where the dropout between layers is drawn from: given in training, absent otherwise. */
  readonly dropoutKey?: RandomKey
  /** Share of values set to zero between layers. @default the layer's own */
  readonly dropout?: number
  /** Quantities whose value at every step is wanted. */
  readonly record?: readonly string[]
}

export interface RecurrentOutput<X> {
  /** Of the same kind as x, D·H wide. */
  readonly output: X
  /** At index layer·D + direction: each sequence's own last state. */
  readonly state: RecurrentState[]
  /** At the same index: the quantities asked for, one row a token in packed order of the reading direction given. */
  readonly recorded: Readonly<Record<string, Tensor>>[]
}

export class Recurrent {
  readonly cell: Cell
  readonly inputSize: number
  readonly hiddenSize: number
  readonly layers: number
  /** 1 or 2. */
  readonly directions: number
  readonly dropout: number
  /** At index layer·D + direction. */
  readonly #weights: readonly WeightTensors[]
  readonly #programs = new Map<string, CellProgram>()

  /** @param cell  Its equations; the built-in ones and a user's own are the same to this layer. */
  constructor(cell: Cell, options: RecurrentOptions) {
    this.cell = cell
    this.inputSize = options.inputSize
    this.hiddenSize = options.hiddenSize
    this.layers = options.layers ?? 1
    this.directions = options.bidirectional ? 2 : 1
    this.dropout = options.dropout ?? 0
    const { source = drawn(), seed = 1, forgetBias = 1 } = options
    const initial = { source, seed, forgetBias }
    this.#weights = Array.from({ length: this.layers * this.directions }, (_, k) => {
      const inputSize = k < this.directions ? this.inputSize : this.hiddenSize * this.directions
      return createWeights(cell, { inputSize, hiddenSize: this.hiddenSize }, this.#suffix(k), initial)
    })
  }

  /** Width of the output, D·H. */
  get outputSize(): number {
    return this.directions * this.hiddenSize
  }

  #suffix(index: number): string {
    return layerSuffix(Math.floor(index / this.directions), index % this.directions)
  }

  /** Weights by the names they have in a file: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, … */
  parameters(): Map<string, Tensor> {
    return new Map(this.#weights.flatMap((weights, k) => namedWeights(weights, this.#suffix(k))))
  }

  /**
   * Runs the cell over sequences.
   *
   *   P   = X W_ihᵀ + b_ih                one product for many tokens
   *   z_t = P_t + h_{t-1} W_hhᵀ + b_hh    then the cell's own equations on z_t
   *
   * @param x      Packed, or a tensor [T, B, I] of sequences of equal length.
   * @param state  First state, index layer·D + direction; read, never written. Default: zeros (or the cell's `first`).
   * @throws {ShapeError} x is not inputSize wide, or the state has other states or sizes.
   */
  forward<X extends Packed | Tensor>(
    x: X,
    state?: readonly RecurrentState[],
    options: ForwardOptions = {},
  ): RecurrentOutput<X> {
    if (x instanceof Packed) return this.#run(x, state, options) as RecurrentOutput<X>
    const shape = (x as Tensor).shape
    this.#checkInput(shape, 3)
    const [steps, batch] = shape
    const packing = packedOrder(new Int32Array(batch).fill(steps))
    const flat = reshape(x as Tensor, [steps * batch, this.inputSize])
    const { output, ...rest } = this.#run(new Packed(flat, packing), state, options)
    return { output: reshape(output.values, [steps, batch, this.outputSize]) as X, ...rest }
  }

  #run(x: Packed, state: readonly RecurrentState[] | undefined, options: ForwardOptions) {
    const { dropoutKey, dropout: rate = this.dropout, record = [] } = options
    this.#checkInput(x.values.shape, 2)
    const { packing } = x
    const first = state ?? this.initialState(packing.batch, x.values.device)
    this.#checkState(first, packing.batch)
    const program = this.#program(record)
    const turned = this.directions === 2 ? reversedRows(packing) : null
    const finals: RecurrentState[] = []
    const recorded: Record<string, Tensor>[] = []
    let values = x.values
    for (let layer = 0; layer < this.layers; layer++) {
      if (layer > 0 && dropoutKey) values = dropout(values, rate, subkey(dropoutKey, layer))
      const outputs = Array.from({ length: this.directions }, (_, direction) => {
        const index = layer * this.directions + direction
        const turn = (t: Tensor) => (direction === 1 && turned ? takeRows(t, turned) : t)
        const result = runRecurrent({
          cell: program,
          hiddenSize: this.hiddenSize,
          packing,
          x: turn(values),
          weights: this.#weights[index],
          initial: reordered(first[index], packing, 'order'),
          recorded: record,
        })
        finals.push(reordered(result.last, packing, 'place'))
        recorded.push(Object.fromEntries(Object.entries(result.recorded).map(([name, t]) => [name, turn(t)])))
        return turn(result.output)
      })
      values = outputs.length === 1 ? outputs[0] : concat(outputs, 1)
    }
    return { output: x.with(values), state: finals, recorded }
  }

  /** The state before the first step: zeros, or what the cell's equations say in `first`. */
  initialState(batch: number, device: Device = defaultDevice()): RecurrentState[] {
    const { state, first } = this.cell
    return this.#weights.map(() =>
      Object.fromEntries(Object.keys(state).map(s => [s, full([batch, this.hiddenSize], first[s] ?? 0, { device })])),
    )
  }

  #program(record: readonly string[]): CellProgram {
    const key = record.join(' ')
    const program = this.#programs.get(key) ?? compileCell(this.cell, record)
    this.#programs.set(key, program)
    return program
  }

  #checkInput(shape: readonly number[], rank: number): void {
    if (shape.length === rank && shape[rank - 1] === this.inputSize) return
    const expected = rank === 2 ? '[tokens, ' : '[T, B, '
    throw new ShapeError(
      `Recurrent.forward: expected x of shape ${expected}${this.inputSize}] (inputSize ${this.inputSize}), ` +
        `got [${shape.join(', ')}]. Pass rows of ${this.inputSize} values, or create it with another inputSize.`,
    )
  }

  #checkState(state: readonly RecurrentState[], batch: number): void {
    const count = this.#weights.length
    if (state.length !== count) {
      throw new ShapeError(
        `Recurrent.forward: expected ${count} states (layers × directions), got ${state.length}. ` +
          'Pass the state of an earlier call.',
      )
    }
    const names = Object.keys(this.cell.state)
    state.forEach((one, k) => {
      for (const name of names) {
        const shape = Object.hasOwn(one, name) ? one[name].shape : null
        if (shape?.length === 2 && shape[0] === batch && shape[1] === this.hiddenSize) continue
        throw new ShapeError(
          `Recurrent.forward: expected state[${k}].${name} of shape [${batch}, ${this.hiddenSize}], ` +
            `got ${shape ? `[${shape.join(', ')}]` : 'nothing'}. Give each of ${names.join(', ')}.`,
        )
      }
    })
  }
}

/** States with their rows in packed order, or back in the caller's; as they are where nothing moves. */
function reordered(state: RecurrentState, packing: PackedOrder, to: 'order' | 'place'): RecurrentState {
  const rows = packing[to]
  if (rows.every((row, r) => row === r)) return state
  return Object.fromEntries(Object.entries(state).map(([name, t]) => [name, takeRows(t, rows)]))
}

/**
 * The recurrent layer: a cell over time, stacked and in both directions.
 */
import type { Cell } from '../cells/define.ts'
import type { Device } from '../devices/device.ts'
import { ShapeError } from '../errors/errors.ts'
import { stateWidth } from '../formula/equations.ts'
import { type CellProgram, compileCell } from '../formula/stages.ts'
import { withoutMasks } from '../formula/without-masks.ts'
import { subkey } from '../random/key.ts'
import { defaultDevice, dropout, expand, full, reshape, type Tensor, takeRows } from '../tensor/index.ts'
import { firstWeight } from './first-weights.ts'
import { merged } from './merge.ts'
import type { Merge } from './merges.ts'
import { Packed } from './packed.ts'
import { type PackedOrder, packedOrder, reversedRows } from './packing.ts'
import { runRecurrent } from './recurrent-operation.ts'
import type { ForwardOptions, RecurrentOptions, RecurrentOutput, RecurrentState } from './recurrent-options.ts'
import { initialStates, layerSuffix, namedWeights, recurrentWeights, type WeightTensors } from './recurrent-weights.ts'
import type { TableRows } from './table-rows.ts'
import { drawn } from './weight-source.ts'

export class Recurrent {
  readonly cell: Cell
  readonly inputSize: number
  /** Of each layer. */
  readonly hiddenSizes: readonly number[]
  readonly layers: number
  /** 1 or 2. */
  readonly directions: number
  readonly merge: Merge
  readonly dropout: number
  readonly weightDrop: number
  /** @internal At index layer·D + direction. */
  readonly weights: readonly WeightTensors[]
  /** At the same index, [H] for each state; null: the first state is not learned. */
  readonly #initial: readonly Readonly<Record<string, Tensor>>[] | null
  readonly #programs = new Map<string, CellProgram>()
  #equal: PackedOrder | null = null

  /** @param cell  Its equations; the built-in ones and a user's own are the same to this layer. */
  constructor(cell: Cell, options: RecurrentOptions) {
    this.cell = cell
    this.inputSize = options.inputSize
    this.hiddenSizes = hiddenSizesOf(options)
    this.layers = this.hiddenSizes.length
    this.directions = options.bidirectional ? 2 : 1
    this.merge = options.merge ?? 'concat'
    this.dropout = options.dropout ?? 0
    this.weightDrop = options.weightDrop ?? 0
    const { source = drawn(), seed = 1, forgetBias = 1, longest = 100 } = options
    const initialization = options.initialization ?? cell.initialization ?? 'pytorch'
    const first = { seed, forgetBias, initialization, longest }
    this.weights = this.#perDirection((layer, suffix) => {
      const inputSize = layer === 0 ? this.inputSize : this.#widthOf(layer - 1)
      const hiddenSize = this.hiddenSizes[layer]
      return recurrentWeights(cell, { inputSize, hiddenSize }, suffix, (name, shape, kind) =>
        source(name, shape, () => firstWeight(cell, hiddenSize, name, shape, kind, first)),
      )
    })
    this.#initial =
      options.initialState === 'learned'
        ? this.#perDirection((layer, suffix) =>
            initialStates(cell, this.hiddenSizes[layer], suffix, (name, shape, s) =>
              source(name, shape, () => new Float32Array(shape[0]).fill(cell.first[s] ?? 0)),
            ),
          )
        : null
  }

  #perDirection<T>(make: (layer: number, suffix: string) => T): T[] {
    return Array.from({ length: this.layers * this.directions }, (_, k) => {
      const layer = Math.floor(k / this.directions)
      return make(layer, layerSuffix(layer, k % this.directions))
    })
  }

  /** Width of a layer's output, both directions together. */
  #widthOf(layer: number): number {
    const width = stateWidth(this.cell, this.cell.output, this.hiddenSizes[layer])
    return this.merge === 'concat' ? this.directions * width : width
  }

  /** Width of the output: D·H when the directions stand side by side. */
  get outputSize(): number {
    return this.#widthOf(this.layers - 1)
  }

  /** Weights by the names they have in a file: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, … */
  parameters(): Map<string, Tensor> {
    const named = this.#perDirection((_, suffix) => suffix).flatMap((suffix, k): [string, Tensor][] => [
      ...namedWeights(this.weights[k], suffix),
      ...Object.entries(this.#initial?.[k] ?? {}).map(([s, t]): [string, Tensor] => [`initial_${s}${suffix}`, t]),
    ])
    return new Map(named)
  }

  /**
   * Runs the cell over sequences.
   *
   *   P   = X W_ihᵀ + b_ih                one product for many tokens
   *   z_t = P_t + h_{t-1} W_hhᵀ + b_hh    then the cell's own equations on z_t
   *
   * @param x      Packed, `tableRows` (which give packed output), or a tensor [T, B, I] of sequences of equal length.
   * @param state  First state, index layer·D + direction; read, never written. Default: zeros (or the cell's `first`).
   * @throws {ShapeError} x is not inputSize wide, or the state has other states or sizes.
   */
  forward<X extends Packed | Tensor>(
    x: X | TableRows,
    state?: readonly RecurrentState[],
    options: ForwardOptions = {},
  ): RecurrentOutput<X> {
    if ('packing' in x) return this.#run(x, state, options) as RecurrentOutput<X>
    const shape = (x as Tensor).shape
    this.#checkInput(shape, 3)
    const [steps, batch] = shape
    const packing = this.#equalLengths(batch, steps)
    const flat = reshape(x as Tensor, [steps * batch, this.inputSize])
    const { output, ...rest } = this.#run(new Packed(flat, packing), state, options)
    return { output: reshape(output.values, [steps, batch, this.outputSize]) as X, ...rest }
  }

  /** The packing of the last such call, if it is of the same size: a stream has one step each time. */
  #equalLengths(batch: number, steps: number): PackedOrder {
    if (this.#equal?.batch !== batch || this.#equal.liveRows.length !== steps) {
      this.#equal = packedOrder(new Int32Array(batch).fill(steps))
    }
    return this.#equal
  }

  #run(x: Packed | TableRows, state: readonly RecurrentState[] | undefined, options: ForwardOptions) {
    const { dropoutKey, dropout: rate = this.dropout, record = [] } = options
    const { packing } = x
    let [values, indices] = 'table' in x ? [x.table, x.indices] : [x.values, undefined]
    this.#checkInput(values.shape, 2)
    const first = state ?? this.initialState(packing.batch, values.device)
    this.checkState(first, packing.batch)
    const turned = this.directions === 2 ? reversedRows(packing) : null
    const finals: RecurrentState[] = []
    const recorded: Record<string, Tensor>[] = []
    for (let layer = 0; layer < this.layers; layer++) {
      if (layer > 0 && dropoutKey) values = dropout(values, rate, subkey(dropoutKey, layer))
      const outputs = Array.from({ length: this.directions }, (_, direction) => {
        const index = layer * this.directions + direction
        const back = direction === 1 ? turned : null
        const turn = (t: Tensor) => (back ? takeRows(t, back) : t)
        const result = runRecurrent({
          cell: this.#program(record, dropoutKey !== undefined),
          hiddenSize: this.hiddenSizes[layer],
          packing,
          x: indices ? values : turn(values),
          indices: indices && back ? back.map(row => (indices as Int32Array)[row]) : indices,
          weights: this.#droppedWeights(index, options),
          initial: reordered(first[index], packing, 'order'),
          recorded: record,
          noise: dropoutKey ? subkey(dropoutKey, NOISE + index) : null,
        })
        finals.push(reordered(result.last, packing, 'place'))
        recorded.push(Object.fromEntries(Object.entries(result.recorded).map(([name, t]) => [name, turn(t)])))
        return turn(result.output)
      })
      indices = undefined
      values = outputs.length === 1 ? outputs[0] : merged(outputs[0], outputs[1], this.merge)
    }
    return { output: new Packed(values, packing), state: finals, recorded }
  }

  /** Weight drop (Merity et al. 2018, section 2): some recurrent weights are 0 for all steps of the call. */
  #droppedWeights(index: number, { dropoutKey, weightDrop = this.weightDrop }: ForwardOptions): WeightTensors {
    const weights = this.weights[index]
    if (!dropoutKey || weightDrop === 0 || !weights.weightHh) return weights
    return { ...weights, weightHh: dropout(weights.weightHh, weightDrop, subkey(dropoutKey, WEIGHT_DROP + index)) }
  }

  /** The state before the first step: zeros or what the cell's equations say in `first`, or what was learned. */
  initialState(batch: number, device: Device = defaultDevice()): RecurrentState[] {
    const { state, first } = this.cell
    return this.#perDirection(layer => layer).map((layer, k) =>
      Object.fromEntries(
        Object.keys(state).map(s => {
          const shape = [batch, stateWidth(this.cell, s, this.hiddenSizes[layer])]
          return [s, this.#initial ? expand(this.#initial[k][s], shape) : full(shape, first[s] ?? 0, { device })]
        }),
      ),
    )
  }

  /** Without noise the masks are 1, and what they are multiplied with is simplified away. */
  #program(record: readonly string[], isNoisy: boolean): CellProgram {
    const key = `${isNoisy} ${record.join(' ')}`
    const program = this.#programs.get(key) ?? compileCell(isNoisy ? this.cell : withoutMasks(this.cell), record)
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

  /** @internal @throws {ShapeError} other states or sizes than this layer's. */
  checkState(state: readonly RecurrentState[], batch: number): void {
    const count = this.weights.length
    if (state.length !== count) {
      throw new ShapeError(
        `Recurrent.forward: expected ${count} states (layers × directions), got ${state.length}. ` +
          'Pass the state of an earlier call.',
      )
    }
    const names = Object.keys(this.cell.state)
    state.forEach((one, k) => {
      for (const name of names) {
        const width = stateWidth(this.cell, name, this.hiddenSizes[Math.floor(k / this.directions)])
        const shape = Object.hasOwn(one, name) ? one[name].shape : null
        if (shape?.length === 2 && shape[0] === batch && shape[1] === width) continue
        throw new ShapeError(
          `Recurrent.forward: expected state[${k}].${name} of shape [${batch}, ${width}], ` +
            `got ${shape ? `[${shape.join(', ')}]` : 'nothing'}. Give each of ${names.join(', ')}.`,
        )
      }
    })
  }
}

/** Keys of the masks and of weight drop, apart from those of the dropout between layers. */
const NOISE = 1000
const WEIGHT_DROP = 2000

function hiddenSizesOf({ hiddenSize, layers }: RecurrentOptions): readonly number[] {
  if (typeof hiddenSize === 'number') return new Array<number>(layers ?? 1).fill(hiddenSize)
  if (hiddenSize.length > 0 && (layers === undefined || layers === hiddenSize.length)) return hiddenSize
  throw new ShapeError(
    `Recurrent: expected a hidden size for each of ${layers ?? 'one or more'} layers, got ${hiddenSize.length}. ` +
      'Give one number, or as many as layers.',
  )
}

/** States with their rows in packed order, or back in the caller's; as they are where nothing moves. */
function reordered(state: RecurrentState, packing: PackedOrder, to: 'order' | 'place'): RecurrentState {
  const rows = packing[to]
  if (rows.every((row, r) => row === r)) return state
  return Object.fromEntries(Object.entries(state).map(([name, t]) => [name, takeRows(t, rows)]))
}

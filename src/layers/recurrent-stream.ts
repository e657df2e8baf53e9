/**
 * A recurrent layer that reads on, a step at a time: for input that comes piece by piece, and for text that is written.
 *
 *     const stream = new RecurrentStream(layer)
 *     for (const x of series) show(stream.step(x))
 *
 * All that a step needs was made before the first one: its calls of the device, and two states that take turns as the
 * one before and the one after. So a step makes no tensor and leaves nothing to the garbage collector. The bits are
 * those of `Recurrent.forward` on the whole sequence.
 */
import type { Device, Matrix } from '../devices/device.ts'
import type { ForwardResult, RecurrentCall } from '../devices/recurrent.ts'
import { linkSingleSteps } from '../devices/wasm/recurrent/single-step.ts'
import { OptionError, ShapeError } from '../errors/errors.ts'
import { compileForward, type ForwardProgram } from '../formula/forward-stages.ts'
import { withoutMasks } from '../formula/without-masks.ts'
import { checkedIndices } from '../tensor/embedding.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'
import { packedOrder } from './packing.ts'
import type { Recurrent } from './recurrent.ts'
import type { RecurrentState } from './recurrent-options.ts'
import { matricesOf, weightMatrices } from './recurrent-weights.ts'

linkSingleSteps()

interface DeviceCall {
  readonly call: RecurrentCall
  readonly result: ForwardResult
}

export class RecurrentStream {
  /** Sequences that are read side by side, B. */
  readonly batch: number
  /** What the next step reads, [B, I]; with a table, [V, I]. To be written before `advance`. */
  readonly input: Matrix
  /** With a table, the rows of it that the next step reads, [B]: to be written before `advance`. */
  readonly indices: Int32Array | undefined
  readonly #device: Device
  /** Of each layer, before and after a step; the two change places with each one. */
  readonly #states: readonly [readonly RecurrentState[], readonly RecurrentState[]]
  /** Of the layers in order, with the first state as the one before; then with the second. */
  readonly #calls: readonly [readonly DeviceCall[], readonly DeviceCall[]]
  /** What has to be alive for a step: `matrix` says so. */
  readonly #held: readonly Tensor[]
  #turn: 0 | 1 = 0

  /**
   * @param layer  Reads in one direction.
   * @param batch  Sequences side by side.
   * @param state  What it begins with, [B, H] for each state of each layer; copied. @default the layer's first state
   * @param table  [V, I]: what is read are rows of it, each multiplied once for all steps. For a small one.
   * @throws {OptionError} the layer is bidirectional.
   * @throws {ShapeError}  the state is of other sizes.
   */
  constructor(layer: Recurrent, batch = 1, state?: readonly RecurrentState[], table?: Tensor) {
    if (layer.directions === 2) {
      throw new OptionError(
        'RecurrentStream: expected a layer that reads in one direction, got a bidirectional one. ' +
          'Its second direction begins at the end of a sequence: use forward on whole sequences.',
      )
    }
    const weights = [...layer.parameters().values()]
    const { device } = weights[0]
    const first = state ?? layer.initialState(batch, device)
    layer.checkState(first, batch)
    const input = table ?? allocate(device, [batch, layer.inputSize])
    const like = () =>
      first.map(one =>
        Object.fromEntries(Object.keys(layer.cell.state).map(name => [name, allocate(device, one[name].shape)])),
      )
    this.batch = batch
    this.input = input.matrix
    this.indices = table && new Int32Array(batch)
    this.#device = device
    this.#states = [like(), like()]
    const program = compileForward(withoutMasks(layer.cell))
    this.#calls = [this.#callsOf(program, layer, 0), this.#callsOf(program, layer, 1)]
    this.#held = [input, ...this.#states.flat().flatMap(one => Object.values(one)), ...weights]
    this.restart(first)
  }

  /**
   * Reads one step.
   *
   * @param x  [B, I], row by row; of a stream with a table, the numbers of its rows, [B].
   * @returns  The last layer's output, [B, H] row by row: a copy.
   * @throws {ShapeError}  x has another number of values.
   * @throws {OptionError} one is not the number of a row.
   */
  step(x: ArrayLike<number>): Float32Array | Float64Array {
    const { input, indices, batch } = this
    const [count, what] = indices ? [batch, 'numbers of rows'] : [batch * input.columns, 'values']
    if (x.length !== count) {
      const factors = indices ? '' : ` × inputSize ${input.columns}`
      throw new ShapeError(
        `RecurrentStream.step: expected ${count} ${what} (batch ${batch}${factors}), got ${x.length}. ` +
          'Give the input of one step.',
      )
    }
    if (indices) indices.set(checkedIndices('RecurrentStream.step', 'number', Array.from(x), input.rows))
    else this.#device.write(input, x)
    return this.#device.read(this.advance())
  }

  /**
   * Reads what stands in `input`, or the rows of the table that `indices` names.
   *
   * @returns The last layer's output, [B, H]; it stands until the step after the next one.
   */
  advance(): Matrix {
    for (const tensor of this.#held) tensor.matrix
    const calls = this.#calls[this.#turn]
    for (const { call, result } of calls) this.#device.recurrentForward(call, result, false)
    this.#turn = this.#turn === 0 ? 1 : 0
    const { call, result } = calls[calls.length - 1]
    return result.last[call.cell.equations.output]
  }

  /** The state after the last step, a copy: [B, H] for each of the cell's states, one object a layer. */
  get state(): RecurrentState[] {
    return this.#states[this.#turn].map(state =>
      Object.fromEntries(
        Object.entries(state).map(([name, t]) => {
          const copy = allocate(this.#device, t.shape)
          this.#device.copy(copy.matrix, t.matrix)
          return [name, copy]
        }),
      ),
    )
  }

  /** Goes on from another state; read, never written. */
  restart(from: readonly RecurrentState[]): void {
    this.#states[this.#turn].forEach((state, k) => {
      for (const [name, t] of Object.entries(state)) this.#device.copy(t.matrix, from[k][name].matrix)
    })
  }

  #callsOf(cell: ForwardProgram, { hiddenSizes, weights }: Recurrent, turn: 0 | 1): DeviceCall[] {
    const { output } = cell.equations
    const packing = packedOrder(new Int32Array(this.batch).fill(1))
    let x = this.input
    const { indices } = this
    return hiddenSizes.map((hiddenSize, k) => {
      const last = matricesOf(this.#states[1 - turn][k])
      const initial = matricesOf(this.#states[turn][k])
      const input = { x, ...(k === 0 && { indices }) }
      const call = { cell, packing, hiddenSize, ...input, weights: weightMatrices(weights[k]), initial, noise: null }
      x = last[output]
      // Of a single step the output at every step is the last one.
      return { call, result: { states: { [output]: x }, last, saved: [], operands: [], recorded: {} } }
    })
  }
}

/**
 * A configuration as tools/golden/torch_recurrent.py runs it in PyTorch, run here.
 */
import type { Cell } from '../../src/cells/define.ts'
import type { Device } from '../../src/devices/device.ts'
import { pack, unpack } from '../../src/layers/packed.ts'
import { Recurrent } from '../../src/layers/recurrent.ts'
import type { RecurrentState } from '../../src/layers/recurrent-options.ts'
import { backward, concat, slice, stack, step, type Tensor, unstack } from '../../src/tensor/index.ts'
import { amplitudeOf, leaf, weightedLoss } from './wave.ts'

export interface Configuration {
  readonly inputSize: number
  readonly hiddenSize: number
  readonly layers: number
  readonly bidirectional: boolean
  readonly lengths: readonly number[]
  /** x is [T, B, I]; else [tokens, I], one sequence after the other, packed. */
  readonly dense: boolean
  readonly seed: number
}

/** Numbers by name: output, state.h, gradient.x, gradient.weight_ih_l0, gradient.initial.h, … */
export type Results = Readonly<Record<string, ArrayLike<number>>>

export function runConfiguration(cell: Cell, configuration: Configuration, device: Device): Results {
  const { inputSize, lengths, dense, seed } = configuration
  const layer = new Recurrent(cell, {
    ...configuration,
    source: (name, shape) => leaf(device, name, shape, amplitudeOf(shape), seed),
  })
  const tokens = lengths.reduce((sum, n) => sum + n, 0)
  const x = leaf(device, 'x', dense ? [lengths[0], lengths.length, inputSize] : [tokens, inputSize], 1, seed)
  const initial = initialLeaves(layer, configuration, device)
  const computed = step(() => {
    const results = forward(layer, x, initial, configuration)
    backward(weightedLoss(Object.fromEntries(Object.entries(results).map(([k, t]) => [lossName(k), t])), seed))
    return Object.fromEntries(Object.entries(results).map(([name, t]) => [name, t.toArray()]))
  })
  const leaves = new Map([
    ['x', x],
    ...layer.parameters(),
    ...[...initial].map(([s, t]) => [`initial.${s}`, t] as const),
  ])
  const gradients = [...leaves].map(([name, t]) => [`gradient.${name}`, (t.gradient as Tensor).toArray()])
  return { ...computed, ...Object.fromEntries(gradients) }
}

const lossName = (result: string) => result.replace('state.', '')

/** [L·D, B, width] for each state, as PyTorch has them. */
function initialLeaves(layer: Recurrent, { lengths, seed }: Configuration, device: Device): Map<string, Tensor> {
  const states = layer.initialState(lengths.length, device)
  const names = Object.keys(layer.cell.state)
  return new Map(names.map(s => [s, leaf(device, `initial.${s}`, [states.length, ...states[0][s].shape], 0.8, seed)]))
}

function forward(
  layer: Recurrent,
  x: Tensor,
  initial: ReadonlyMap<string, Tensor>,
  { dense, lengths }: Configuration,
): Record<string, Tensor> {
  const rows = [...initial].map(([name, t]) => [name, unstack(t, 0)] as const)
  const count = rows[0][1].length
  const first = Array.from({ length: count }, (_, k) => Object.fromEntries(rows.map(([name, t]) => [name, t[k]])))
  const { output, state } = dense ? layer.forward(x, first) : runPacked(layer, x, first, lengths)
  const states = [...initial.keys()].map(name => [
    `state.${name}`,
    stack(
      state.map(one => one[name]),
      0,
    ),
  ])
  return { output, ...Object.fromEntries(states) }
}

function runPacked(layer: Recurrent, x: Tensor, first: RecurrentState[], lengths: readonly number[]) {
  let end = 0
  const sequences = lengths.map(length => {
    end += length
    return slice(x, 0, end - length, end)
  })
  const { output, state } = layer.forward(pack(sequences), first)
  return { output: concat(unpack(output), 0), state }
}

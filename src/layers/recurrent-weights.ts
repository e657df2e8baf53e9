/**
 * The weights of a recurrent layer: their names (PyTorch's), shapes and first values.
 */
import { type Block, type Equations, projectionsOf, stateWidth } from '../formula/equations.ts'
import { type Expression, topological } from '../formula/expression.ts'
import { keyOf, type RandomKey, subkey } from '../random/key.ts'
import type { Tensor } from '../tensor/index.ts'
import { type Initialization, initializations } from './initialization.ts'
import type { WeightTensors } from './recurrent-operation.ts'
import type { WeightSource } from './weight-source.ts'

export interface WeightSizes {
  readonly inputSize: number
  readonly hiddenSize: number
}

export interface InitialWeights {
  readonly source: WeightSource
  readonly seed: number
  readonly initialization: Initialization
  /** What the forget gate's bias begins with; 1 keeps the memory at first (Jozefowicz et al. 2015). */
  readonly forgetBias: number
  /** Steps that the memory should reach over at first; chrono uses it. */
  readonly longest: number
}

/** `_l0`, `_l1_reverse`, …: how PyTorch ends the names of a layer's weights. */
export const layerSuffix = (layer: number, direction: number): string =>
  `_l${layer}${direction === 1 ? '_reverse' : ''}`

const stemOf = { weightIh: 'weight_ih', weightHh: 'weight_hh', biasIh: 'bias_ih', biasHh: 'bias_hh' } as const

/** Weights by their names in a file: `weight_ih_l0`, …, a projection's `weight_NAME_l0`, a cell's own `NAME_l0`. */
export function namedWeights(weights: WeightTensors, suffix: string): [string, Tensor][] {
  const named: [string, Tensor][] = []
  for (const [field, stem] of Object.entries(stemOf)) {
    const t = weights[field as keyof typeof stemOf]
    if (t) named.push([stem + suffix, t])
  }
  for (const [name, t] of Object.entries(weights.projections)) named.push([`weight_${name}${suffix}`, t])
  for (const [name, t] of Object.entries(weights.parameters)) named.push([name + suffix, t])
  return named
}

/**
 * First weights, block by block as the initialization says; the forget gate's whole bias stands in b_ih, and its block
 * of b_hh is 0 unless that is all it has.
 *
 * @param suffix  Keeps the weights of layers and directions apart.
 */
export function createWeights(
  cell: Equations,
  { inputSize, hiddenSize }: WeightSizes,
  suffix: string,
  { source, seed, initialization, forgetBias, longest }: InitialWeights,
): WeightTensors {
  const draw = initializations[initialization]
  const gates = gateBlocks(cell)
  const key = (name: string) => keyOf(seed, `initial ${name}${suffix}`)
  const stack = (
    blocks: readonly Block[],
    size: number,
    drawn: (block: Block, key: RandomKey) => Float32Array,
    name: string,
  ) => {
    const values = new Float32Array(blocks.length * size)
    blocks.forEach((block, k) => {
      values.set(drawn(block, subkey(key(name), k)), k * size)
    })
    return values
  }
  const weight = (name: string, half: 'input' | 'recurrent', blocks: readonly Block[], columns: number) =>
    source(name + suffix, [blocks.length * hiddenSize, columns], () => {
      const shape = { half, rows: hiddenSize, columns }
      return stack(blocks, hiddenSize * columns, (_, k) => draw.weight(shape, hiddenSize, k), name)
    })
  const bias = (name: string, half: 'input' | 'recurrent', blocks: readonly Block[]) =>
    source(name + suffix, [blocks.length * hiddenSize], () => {
      const drawn = (block: Block, k: RandomKey) => {
        const isOwner = half === 'input' || !block.hasInput
        return draw.bias({ hiddenSize, gate: gates.get(block.name) ?? null, isOwner, forgetBias, longest }, k)
      }
      return stack(blocks, hiddenSize, drawn, name)
    })
  const vector = (name: string) =>
    source(name + suffix, [hiddenSize], () => {
      if (Object.hasOwn(cell.parameterValues, name))
        return new Float32Array(hiddenSize).fill(cell.parameterValues[name])
      return initializations.pytorch.weight({ half: 'recurrent', rows: 1, columns: hiddenSize }, hiddenSize, key(name))
    })
  const projection = (name: string, width: number) =>
    source(`weight_${name}${suffix}`, [width, hiddenSize], () =>
      draw.weight({ half: 'input', rows: width, columns: hiddenSize }, hiddenSize, key(`weight_${name}`)),
    )
  const inputs = cell.blocks.filter(b => b.hasInput)
  const recurrents = cell.blocks.filter(b => b.hasRecurrent)
  return {
    ...(inputs.length > 0 && {
      weightIh: weight('weight_ih', 'input', inputs, inputSize),
      biasIh: bias('bias_ih', 'input', inputs),
    }),
    ...(recurrents.length > 0 && {
      weightHh: weight('weight_hh', 'recurrent', recurrents, recurrentWidth(cell, hiddenSize)),
      biasHh: bias('bias_hh', 'recurrent', recurrents),
    }),
    parameters: Object.fromEntries(cell.parameters.map(name => [name, vector(name)])),
    projections: Object.fromEntries(
      projectionsOf(cell).map(({ name, state }) => [name, projection(name, stateWidth(cell, state, hiddenSize))]),
    ),
  }
}

/** The width of what U is multiplied with: hiddenSize, or that of a projected state. */
function recurrentWidth(cell: Equations, hiddenSize: number): number {
  const operands = topological(Object.values(cell.state)).flatMap(e => (e.op === 'recurrent' ? [e.args[0]] : []))
  const state = operands.find((e): e is Expression & { name: string } => e.op === 'previous')
  return state ? stateWidth(cell, state.name, hiddenSize) : hiddenSize
}

/** The gates that initializations know by name, by the one block that each is made from. */
function gateBlocks(cell: Equations): Map<string, 'forgetGate' | 'inputGate' | 'updateGate'> {
  const isHalf = (op: string) => op === 'input' || op === 'recurrent'
  const found = new Map<string, 'forgetGate' | 'inputGate' | 'updateGate'>()
  for (const gate of ['forgetGate', 'inputGate', 'updateGate'] as const) {
    if (!Object.hasOwn(cell.quantities, gate)) continue
    const nodes = topological([cell.quantities[gate]])
    const blocks = new Set(nodes.flatMap(e => (isHalf(e.op) ? [e.name as string] : [])))
    if (blocks.size === 1) found.set([...blocks][0], gate)
  }
  return found
}

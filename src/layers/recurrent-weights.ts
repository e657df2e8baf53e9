/**
 * The weights of a recurrent layer: their names (PyTorch's), shapes and first values.
 */
import type { Block, Equations } from '../formula/equations.ts'
import { topological } from '../formula/expression.ts'
import { uniforms } from '../random/draw.ts'
import { keyOf } from '../random/key.ts'
import type { Tensor } from '../tensor/index.ts'
import type { WeightTensors } from './recurrent-operation.ts'
import { sizeOf, type WeightSource } from './weight-source.ts'

export interface WeightSizes {
  readonly inputSize: number
  readonly hiddenSize: number
}

export interface InitialWeights {
  readonly source: WeightSource
  readonly seed: number
  /** What the forget gate's bias begins with; 1 keeps the memory at first (Jozefowicz et al. 2015). */
  readonly forgetBias: number
}

/** `_l0`, `_l1_reverse`, …: how PyTorch ends the names of a layer's weights. */
export const layerSuffix = (layer: number, direction: number): string =>
  `_l${layer}${direction === 1 ? '_reverse' : ''}`

const stemOf = { weightIh: 'weight_ih', weightHh: 'weight_hh', biasIh: 'bias_ih', biasHh: 'bias_hh' } as const

/** Weights by the names they have in a file: `weight_ih_l0`, …, and a cell's own `NAME_l0`. */
export function namedWeights(weights: WeightTensors, suffix: string): [string, Tensor][] {
  const named: [string, Tensor][] = []
  for (const [field, stem] of Object.entries(stemOf)) {
    const t = weights[field as keyof typeof stemOf]
    if (t) named.push([stem + suffix, t])
  }
  for (const [name, t] of Object.entries(weights.parameters)) named.push([name + suffix, t])
  return named
}

/**
 * First weights: uniform in ±1/√H as torch.nn.RNN, but for the biases of the forget gate.
 *
 * @param suffix  Keeps the weights of layers and directions apart.
 */
export function createWeights(
  cell: Equations,
  { inputSize, hiddenSize }: WeightSizes,
  suffix: string,
  { source, seed, forgetBias }: InitialWeights,
): WeightTensors {
  const bound = 1 / Math.sqrt(hiddenSize)
  const make = (stem: string, shape: readonly number[], change?: (values: Float32Array) => void) => {
    const name = stem + suffix
    return source(name, shape, () => {
      const values = uniforms(keyOf(seed, `initial ${name}`), sizeOf(shape)).map(u => (2 * u - 1) * bound)
      change?.(values)
      return values
    })
  }
  const inputBlocks = cell.blocks.filter(b => b.hasInput)
  const recurrentBlocks = cell.blocks.filter(b => b.hasRecurrent)
  const forget = forgetBlock(cell)
  // The whole bias stands in b_ih; in b_hh the block is 0, unless it is all the block has.
  const setBias = (blocks: readonly Block[], value: (block: Block) => number) => (values: Float32Array) => {
    blocks.forEach((block, k) => {
      if (block.name === forget) values.fill(value(block), k * hiddenSize, (k + 1) * hiddenSize)
    })
  }
  const rows = (blocks: readonly Block[]) => blocks.length * hiddenSize
  const input = inputBlocks.length > 0 && {
    weightIh: make('weight_ih', [rows(inputBlocks), inputSize]),
    biasIh: make(
      'bias_ih',
      [rows(inputBlocks)],
      setBias(inputBlocks, () => forgetBias),
    ),
  }
  const recurrent = recurrentBlocks.length > 0 && {
    weightHh: make('weight_hh', [rows(recurrentBlocks), hiddenSize]),
    biasHh: make(
      'bias_hh',
      [rows(recurrentBlocks)],
      setBias(recurrentBlocks, b => (b.hasInput ? 0 : forgetBias)),
    ),
  }
  const parameters = Object.fromEntries(cell.parameters.map(name => [name, make(name, [hiddenSize])]))
  return { ...(input || {}), ...(recurrent || {}), parameters }
}

/** The block of weights that the quantity named forgetGate is made from; null when there is none, or several. */
function forgetBlock(cell: Equations): string | null {
  const gate = Object.hasOwn(cell.quantities, 'forgetGate') ? cell.quantities.forgetGate : null
  if (!gate) return null
  const isHalf = (op: string) => op === 'input' || op === 'recurrent'
  const blocks = new Set(topological([gate]).flatMap(e => (isHalf(e.op) ? [e.name as string] : [])))
  return blocks.size === 1 ? [...blocks][0] : null
}

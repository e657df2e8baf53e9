/**
 * First values of a recurrent layer's weights, block by block as the initialization says; the forget gate's whole bias
 * stands in b_ih, and its block of b_hh is 0 unless that is all it has.
 */
import type { Block, Equations } from '../formula/equations.ts'
import { topological } from '../formula/expression.ts'
import { keyOf, type RandomKey, subkey } from '../random/key.ts'
import { initializations } from './initialization.ts'
import type { Initialization } from './initialization-names.ts'
import type { WeightKind } from './recurrent-weights.ts'

export interface FirstWeightOptions {
  readonly seed: number
  readonly initialization: Initialization
  /** What the forget gate's bias begins with; 1 keeps the memory at first (Jozefowicz et al. 2015). */
  readonly forgetBias: number
  /** Steps that the memory should reach over at first; chrono uses it. */
  readonly longest: number
}

/**
 * @param name   Of the weight in a file: what is drawn follows from it and the seed.
 * @param shape  [rows, columns] or [rows].
 */
export function firstWeight(
  cell: Equations,
  hiddenSize: number,
  name: string,
  [rows, columns = 1]: readonly number[],
  kind: WeightKind,
  { seed, initialization, forgetBias, longest }: FirstWeightOptions,
): Float32Array {
  const draw = initializations[initialization]
  const key = keyOf(seed, `initial ${name}`)
  switch (kind.kind) {
    case 'weight': {
      const shape = { half: kind.half, rows: hiddenSize, columns }
      return stacked(kind.blocks, hiddenSize * columns, key, (_, k) => draw.weight(shape, hiddenSize, k))
    }
    case 'bias': {
      const gates = gateBlocks(cell)
      return stacked(kind.blocks, hiddenSize, key, (block, k) => {
        const isOwner = kind.half === 'input' || !block.hasInput
        return draw.bias({ hiddenSize, gate: gates.get(block.name) ?? null, isOwner, forgetBias, longest }, k)
      })
    }
    case 'parameter': {
      const { parameterValues } = cell
      if (Object.hasOwn(parameterValues, kind.name)) return new Float32Array(rows).fill(parameterValues[kind.name])
      return initializations.pytorch.weight({ half: 'recurrent', rows: 1, columns: rows }, hiddenSize, key)
    }
    case 'projection':
      return draw.weight({ half: 'input', rows, columns }, hiddenSize, key)
  }
}

/** @param size  Values of a block. */
function stacked(
  blocks: readonly Block[],
  size: number,
  key: RandomKey,
  drawn: (block: Block, key: RandomKey) => Float32Array,
): Float32Array {
  const values = new Float32Array(blocks.length * size)
  blocks.forEach((block, k) => {
    values.set(drawn(block, subkey(key, k)), k * size)
  })
  return values
}

/** The gates that initializations know by name, by the one block that each is made from. */
export function gateBlocks(cell: Equations): Map<string, 'forgetGate' | 'inputGate' | 'updateGate'> {
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

/**
 * The weights of a recurrent layer: their names (PyTorch's) and shapes.
 */
import type { Matrix } from '../devices/matrix.ts'
import type { CellWeights } from '../devices/recurrent.ts'
import { type Block, type Equations, projectionsOf, stateWidth } from '../formula/equations.ts'
import { type Expression, topological } from '../formula/expression.ts'
import type { Tensor } from '../tensor/tensor.ts'

export interface WeightSizes {
  readonly inputSize: number
  readonly hiddenSize: number
}

/** The weights of one layer and direction as tensors; those the cell has no use for are absent. */
export interface WeightTensors {
  /** [G·H, I], [G·H]. */
  readonly weightIh?: Tensor
  readonly biasIh?: Tensor
  /** [G·H, P], P the width of what it is multiplied with, and [G·H]. */
  readonly weightHh?: Tensor
  readonly biasHh?: Tensor
  /** [H] each. */
  readonly parameters: Readonly<Record<string, Tensor>>
  /** Of projected states, [P, H] each. */
  readonly projections: Readonly<Record<string, Tensor>>
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

/** What a weight is: which half of which blocks, or one of the cell's own. */
export type WeightKind =
  | { readonly kind: 'weight' | 'bias'; readonly half: 'input' | 'recurrent'; readonly blocks: readonly Block[] }
  | { readonly kind: 'parameter' | 'projection'; readonly name: string }

/**
 * All weights of one layer and direction.
 *
 * @param suffix  Keeps the weights of layers and directions apart.
 * @param make    Gets the name in a file, the shape, and what it is.
 */
export function recurrentWeights(
  cell: Equations,
  { inputSize, hiddenSize }: WeightSizes,
  suffix: string,
  make: (name: string, shape: readonly number[], kind: WeightKind) => Tensor,
): WeightTensors {
  const end = { input: 'ih', recurrent: 'hh' } as const
  const weight = (half: 'input' | 'recurrent', blocks: readonly Block[], columns: number) =>
    make(`weight_${end[half]}${suffix}`, [blocks.length * hiddenSize, columns], { kind: 'weight', half, blocks })
  const bias = (half: 'input' | 'recurrent', blocks: readonly Block[]) =>
    make(`bias_${end[half]}${suffix}`, [blocks.length * hiddenSize], { kind: 'bias', half, blocks })
  const inputs = cell.blocks.filter(b => b.hasInput)
  const recurrents = cell.blocks.filter(b => b.hasRecurrent)
  return {
    ...(inputs.length > 0 && { weightIh: weight('input', inputs, inputSize), biasIh: bias('input', inputs) }),
    ...(recurrents.length > 0 && {
      weightHh: weight('recurrent', recurrents, recurrentWidth(cell, hiddenSize)),
      biasHh: bias('recurrent', recurrents),
    }),
    parameters: Object.fromEntries(
      cell.parameters.map(name => [name, make(name + suffix, [hiddenSize], { kind: 'parameter', name })]),
    ),
    projections: Object.fromEntries(
      projectionsOf(cell).map(({ name, state }) => {
        const shape = [stateWidth(cell, state, hiddenSize), hiddenSize]
        return [name, make(`weight_${name}${suffix}`, shape, { kind: 'projection', name })]
      }),
    ),
  }
}

/** Learned first states, [H] each. */
export function initialStates(
  cell: Equations,
  hiddenSize: number,
  suffix: string,
  make: (name: string, shape: readonly number[], state: string) => Tensor,
): Record<string, Tensor> {
  return Object.fromEntries(
    Object.keys(cell.state).map(s => [s, make(`initial_${s}${suffix}`, [stateWidth(cell, s, hiddenSize)], s)]),
  )
}

/** The same as the device takes them. */
export function weightMatrices({
  weightIh,
  weightHh,
  biasIh,
  biasHh,
  parameters,
  projections,
}: WeightTensors): CellWeights {
  return {
    weightIh: weightIh?.matrix ?? null,
    weightHh: weightHh?.matrix ?? null,
    biasIh: biasIh?.matrix ?? null,
    biasHh: biasHh?.matrix ?? null,
    parameters: matricesOf(parameters),
    projections: matricesOf(projections),
  }
}

export function matricesOf(tensors: Readonly<Record<string, Tensor>>): Record<string, Matrix> {
  const named: Record<string, Matrix> = {}
  for (const name of Object.keys(tensors)) named[name] = tensors[name].matrix
  return named
}

/** The width of what U is multiplied with: hiddenSize, or that of a projected state. */
function recurrentWidth(cell: Equations, hiddenSize: number): number {
  const operands = topological(Object.values(cell.state)).flatMap(e => (e.op === 'recurrent' ? [e.args[0]] : []))
  const state = operands.find((e): e is Expression & { name: string } => e.op === 'previous')
  return state ? stateWidth(cell, state.name, hiddenSize) : hiddenSize
}

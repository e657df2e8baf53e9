/**
 * A linear layer, softmax and cross-entropy in one pass over tiles of rows: the logits of a tile become its gradient in
 * place and go into the products; there is never more than a tile of them.
 *
 *     Z = X_tile Wᵀ + b        loss of each row        Z = scale · (softmax(Z) − onehot(labels))
 *     dX_tile = Z W            dW += Zᵀ X_tile         db += Σ Z
 *
 * Each sum goes by row, in order, whatever the tiles: the bits are those of the operations one after the other.
 */
import type { LinearCrossEntropyCall, LinearCrossEntropyGradients } from '../linear-cross-entropy.ts'
import type { Matrix } from '../matrix.ts'
import { linkKernels } from './linked-kernels.ts'
import { product } from './product/product.ts'
import { ROW_UNIT } from './product/products.ts'
import type { Engine } from './recurrent/pass.ts'
import { Scratch } from './recurrent/scratch.ts'
import { softmaxCrossEntropy } from './softmax.ts'
import { sumColumns } from './sums.ts'
import { rowBytes, strideOf, type WasmMatrix } from './wasm-matrix.ts'

/**
 * Bytes of a tile. Smaller ones would stay in a cache nearer by, but each reads both forms of W, and reads and writes
 * dW, once: ptb-small (400 rows, 200 × 10,000) took 88 ms a step with 1 MiB, 74 with 4, 71 with 16, and 73 with all
 * logits and the operations apart (least processor time, busy Zen 5, Node 24, November 2026).
 */
const TILE_BYTES = 16 * 2 ** 20

/** What all tiles use: W in panels, for X Wᵀ and for Z W. */
interface Packed {
  readonly forward: number
  readonly backward: number
  readonly tile: number
}

export function linearCrossEntropy(
  engine: Engine,
  losses: WasmMatrix,
  call: LinearCrossEntropyCall,
  gradients: LinearCrossEntropyGradients | null,
): void {
  const { runtime, products } = engine
  const weight = call.weight as WasmMatrix
  const { rows: classes, columns: width } = weight
  const rows = Math.min(losses.rows, tileRows(classes))
  const scratch = new Scratch(runtime.memory)
  try {
    const forward = scratch.unset(products.packedFloats(width, classes))
    products.pack(forward, weight.address, 4, rowBytes(weight), width, classes)
    const backward = gradients ? scratch.unset(products.packedFloats(classes, width)) : 0
    if (gradients) products.pack(backward, weight.address, rowBytes(weight), 4, classes, width)
    const tile = scratch.unset(rows * strideOf(classes))
    for (let first = 0; first < losses.rows; first += rows) {
      const count = Math.min(rows, losses.rows - first)
      runTile(engine, { forward, backward, tile }, { first, count }, losses, call, gradients)
    }
  } finally {
    scratch.end()
  }
}

/** At least one unit, so that a vocabulary of any size works. */
const tileRows = (classes: number): number =>
  ROW_UNIT * Math.max(1, Math.floor(TILE_BYTES / (4 * ROW_UNIT * strideOf(classes))))

interface TilePlace {
  readonly first: number
  readonly count: number
}

function runTile(
  { runtime, products }: Engine,
  packed: Packed,
  { first, count }: TilePlace,
  losses: WasmMatrix,
  { x, weight, bias, labels }: LinearCrossEntropyCall,
  gradients: LinearCrossEntropyGradients | null,
): void {
  const { rows: classes, columns: width } = weight
  const part = (matrix: Matrix): WasmMatrix => {
    const { address, columns, stride } = matrix as WasmMatrix
    return { rows: count, columns, stride, address: address + first * rowBytes(matrix) }
  }
  const z = { rows: count, columns: classes, stride: strideOf(classes), address: packed.tile }
  const [zBytes, own] = [rowBytes(z), part(x)]
  const begin = bias ? (bias as WasmMatrix).address : runtime.zeroRow(zBytes)
  const operands = [begin, 0, own.address, rowBytes(x), 4] as const
  products.multiplyDivided(...operands, packed.forward, z.address, zBytes, count, width, classes)
  const tileLabels = labels.subarray(first, first + count)
  softmaxCrossEntropy(runtime, part(losses), z, tileLabels, gradients ? z : undefined, gradients?.scale)
  if (!gradients) return
  const dx = part(gradients.x)
  const [zeros, dxBytes] = [runtime.zeroRow(rowBytes(dx)), rowBytes(dx)]
  products.multiplyDivided(zeros, 0, z.address, zBytes, 4, packed.backward, dx.address, dxBytes, count, classes, width)
  const accumulate = first > 0
  product(runtime, products, gradients.weight as WasmMatrix, z, own, { transposeA: true, accumulate })
  if (gradients.bias) sumColumns(runtime, gradients.bias as WasmMatrix, z, accumulate)
}

export const linkLinearCrossEntropy = (): void => linkKernels({ linearCrossEntropy })

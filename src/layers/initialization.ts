/**
 * First values of recurrent weights, block by block. No function is used whose digits differ between engines, so the
 * same seed gives the same weights everywhere.
 */
import { normals, uniforms } from '../random/draw.ts'
import { type RandomKey, subkey } from '../random/key.ts'
import { naturalLogarithm } from '../random/normal-quantile.ts'
import type { Initialization } from './initialization-names.ts'
import { orthogonal } from './orthogonal.ts'

/** A block of rows of one weight. */
export interface WeightBlock {
  /** W, which meets the input, or U, which meets a state. */
  readonly half: 'input' | 'recurrent'
  readonly rows: number
  readonly columns: number
}

/** A block's part of one bias. */
export interface BiasBlock {
  readonly hiddenSize: number
  /** The gate that is made from the block, if it is one that initializations treat in their own way. */
  readonly gate: 'forgetGate' | 'inputGate' | 'updateGate' | null
  /** Of b_ih and b_hh only one holds what a gate begins with; the other is 0 there. */
  readonly isOwner: boolean
  readonly forgetBias: number
  /** Steps that the memory should reach over at first, for chrono. */
  readonly longest: number
}

interface Initializer {
  weight(block: WeightBlock, hiddenSize: number, key: RandomKey): Float32Array
  bias(block: BiasBlock, key: RandomKey): Float32Array
}

const uniformIn = (bound: number, count: number, key: RandomKey) => uniforms(key, count).map(u => (2 * u - 1) * bound)

/** ±√(6 / (fan in + fan out)), Glorot & Bengio 2010, eq. 16. */
const xavierWeight: Initializer['weight'] = ({ rows, columns }, _hiddenSize, key) =>
  uniformIn(Math.sqrt(6 / (rows + columns)), rows * columns, key)

/** 0, but for the forget gate. */
const zeroBias: Initializer['bias'] = ({ hiddenSize, gate, isOwner, forgetBias }) =>
  new Float32Array(hiddenSize).fill(gate === 'forgetGate' && isOwner ? forgetBias : 0)

/** ±1/√H for all, as torch.nn.LSTM; the forget gate's bias as asked for. */
const pytorch: Initializer = {
  weight: ({ rows, columns }, hiddenSize, key) => uniformIn(1 / Math.sqrt(hiddenSize), rows * columns, key),
  bias: (block, key) =>
    block.gate === 'forgetGate'
      ? zeroBias(block, key)
      : uniformIn(1 / Math.sqrt(block.hiddenSize), block.hiddenSize, key),
}

export const initializations = {
  pytorch,
  /** ±0.1 (Zaremba et al. 2014), biases 0. */
  uniform: { weight: ({ rows, columns }, _, key) => uniformIn(0.1, rows * columns, key), bias: zeroBias },
  xavier: { weight: xavierWeight, bias: zeroBias },
  /** Orthogonal U (Saxe et al. 2014), Xavier W, biases 0. */
  orthogonal: {
    weight: (block, hiddenSize, key) =>
      block.half === 'recurrent' ? orthogonal(block.rows, block.columns, key) : xavierWeight(block, hiddenSize, key),
    bias: zeroBias,
  },
  /** IRNN (Le et al. 2015): U the identity, W normal with deviation 0.001, biases 0. */
  identity: {
    weight: ({ half, rows, columns }, _, key) =>
      half === 'recurrent'
        ? Float32Array.from({ length: rows * columns }, (_v, k) => (k % columns === Math.floor(k / columns) ? 1 : 0))
        : normals(key, rows * columns).map(z => 0.001 * z),
    bias: zeroBias,
  },
  /**
   * Chrono (Tallec & Ollivier 2018, eq. 16): b_f = log U(1, T − 1), b_i = −b_f, so that memories last from 1 to T
   * steps; the GRU's update gate likewise. Weights as pytorch.
   */
  chrono: {
    weight: pytorch.weight,
    bias: (block, key) => {
      const { hiddenSize, gate, isOwner, longest } = block
      if (!gate) return pytorch.bias(block, key)
      if (!isOwner) return new Float32Array(hiddenSize)
      const sign = gate === 'inputGate' ? -1 : 1
      return uniforms(subkey(CHRONO, hiddenSize), hiddenSize).map(u => sign * naturalLogarithm(1 + u * (longest - 2)))
    },
  },
} as const satisfies Record<Initialization, Initializer>

/** One key for both gates: each unit's input gate is the opposite of its forget gate. */
const CHRONO: RandomKey = { key0: 0x6368726f, key1: 0x6e6f }

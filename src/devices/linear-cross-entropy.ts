/**
 * The part of a device that judges rows by a linear layer over many classes, without keeping all logits.
 */
import type { Matrix } from './matrix.ts'

export interface LinearCrossEntropyCall {
  /** [rows, I]. */
  readonly x: Matrix
  /** [V, I]. */
  readonly weight: Matrix
  /** [1, V]; null: none. */
  readonly bias: Matrix | null
  /** One a row, each 0 … V − 1. */
  readonly labels: Int32Array
}

/** Gradients of Σ_r scale · losses[r]; written, not added to. */
export interface LinearCrossEntropyGradients {
  readonly scale: number
  readonly x: Matrix
  readonly weight: Matrix
  /** If there is a bias. */
  readonly bias: Matrix | null
}

export interface LinearCrossEntropyDevice {
  /**
   * losses[r, 0] = −log softmax(x Wᵀ + b)[r, labels[r]] in nats, and, if asked for, the gradients.
   *
   * @param gradients  Null: only the losses.
   */
  linearCrossEntropy(losses: Matrix, call: LinearCrossEntropyCall, gradients: LinearCrossEntropyGradients | null): void
}

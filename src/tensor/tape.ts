/**
 * Reverse mode (Griewank & Walther 2008, ch. 3): operations are recorded as they run and walked backward once.
 *
 * An operation computes its outputs into tensors of its own and calls `record`. The graph lives in the results: each
 * knows the operation it came from, and an operation keeps what its backward function captured and no more. First
 * derivatives only: backward functions work on matrices and are not recorded themselves.
 */
import type { Matrix } from '../devices/device.ts'
import { linkTrainingKernels } from '../devices/wasm/training-kernels.ts'
import { LifetimeError, OptionError, ShapeError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { GradientPool } from './gradient-pool.ts'
import { isSameShape, sizeOf } from './layout.ts'
import { Memory } from './memory.ts'
import { endRows, joinRows } from './row-gradient.ts'
import { type BackwardFunction, deviceOf, type Origin, type RecordedOperation, Tensor } from './tensor.ts'

// A program that has operations on tensors may record and train; one that has none ships without these kernels.
linkTrainingKernels()

let isOn = true
let operations = 0

export interface Recording {
  /** For error messages. */
  readonly name: string
  /** Fresh tensors that nothing was recorded for. */
  readonly outputs: readonly Tensor[]
  readonly inputs: readonly Tensor[]
  /**
   * Gets one gradient an output, [rows, columns] of its matrix, null where the loss does not depend on it (never all
   * null), and `needs`, one boolean an input. Returns one gradient an input, [rows, columns] of its matrix, or null
   * for none; those not needed are ignored.
   *
   * Given gradients are the tape's: to be read, never written. A returned one becomes the tape's: a matrix from
   * `borrow` or `device.allocate`, or one of the given ones as it is; never a view, nor a tensor's memory. It captures
   * tensors, not their matrices, and only those that it reads. Runs at most once.
   */
  readonly backward: BackwardFunction
  /** Tensors that only the backward function uses (activations, masks): released as soon as it has run. */
  readonly saved?: readonly Tensor[]
}

/** Whether operations are recorded at all: not inside of `noGradient`. */
export const isRecording = (): boolean => isOn

/** Whether an operation on these will be recorded: only then does it save anything for its backward function. */
export function isRecorded(inputs: readonly Tensor[]): boolean {
  return isOn && inputs.some(input => input.requiresGradient)
}

/** Puts an operation on the tape, if a gradient can reach one of its inputs; see `Recording`. */
export function record({ name, outputs, inputs, backward, saved = [] }: Recording): void {
  if (!isRecorded(inputs)) return
  const operation: RecordedOperation = {
    name,
    id: operations++,
    edges: inputs.map(edgeOf),
    outputs: outputs.map(({ matrix: { rows, columns } }) => ({ rows, columns })),
    saved,
    backward,
  }
  outputs.forEach((tensor, output) => {
    tensor.origin = { operation, output }
  })
}

/**
 * Runs a function whose operations are not recorded: for prediction.
 *
 * @returns  What the function returns.
 */
export function noGradient<T>(run: () => T): T {
  const before = isOn
  isOn = false
  try {
    return run()
  } finally {
    isOn = before
  }
}

const edgeOf = (tensor: Tensor): Origin | Tensor | null => tensor.origin ?? (tensor.requiresGradient ? tensor : null)

/**
 * Computes the gradient of a loss with respect to every leaf that requires it, and adds it to the leaf's `gradient`.
 *
 * Contributions to one tensor are added in a fixed order: the operations backward, each one's inputs forward. What the
 * operations kept is released; a second pass over them needs a second forward pass.
 *
 * @param loss      One number; of any shape when `gradient` is given.
 * @param gradient  The derivative of the final value with respect to `loss`, same shape; read only. @default 1
 * @throws {ShapeError}    `loss` has several numbers and no gradient, or one of another shape.
 * @throws {OptionError}   `loss` depends on nothing that requires a gradient.
 * @throws {LifetimeError} It was run before over a part of the same operations.
 */
export function backward(loss: Tensor, gradient?: Tensor): void {
  const root = edgeOf(loss)
  requireLoss(loss, root, gradient)
  const pool = new GradientPool(loss.device)
  try {
    const pass = new BackwardPass(pool)
    const order = root instanceof Tensor ? [] : operationsBelow(root as Origin)
    const seed = pool.hold(pool.copyOf((gradient ?? loss).matrix))
    if (!gradient) loss.device.fill(seed, 1)
    pass.contribute(root, seed, 'backward')
    pool.drop(seed)
    for (const operation of order) pass.run(operation)
    pass.deposit()
  } finally {
    pool.end()
  }
}

function requireLoss(loss: Tensor, root: Origin | Tensor | null, gradient?: Tensor): void {
  if (!root) {
    throw new OptionError(
      'backward: expected a loss that depends on a tensor with requiresGradient, got one that depends on none. ' +
        'Create the parameters with { requiresGradient: true }, and compute the loss outside noGradient.',
    )
  }
  if (!gradient && sizeOf(loss.shape) !== 1) {
    throw new ShapeError(
      `backward: expected a loss of one number, got shape ${shown(loss.shape)}. ` +
        'Reduce it with sum or mean, or pass the gradient of each number.',
    )
  }
  if (!gradient) return
  deviceOf('backward', [loss, gradient])
  if (isSameShape(loss.shape, gradient.shape)) return
  throw new ShapeError(
    `backward: expected a gradient of the loss's shape ${shown(loss.shape)}, got ${shown(gradient.shape)}. ` +
      'Pass one number for each of the loss.',
  )
}

/** All operations that the root depends on, latest first. */
function operationsBelow(root: Origin): RecordedOperation[] {
  const found = new Set([root.operation])
  for (const { name, backward: run, edges } of found) {
    if (!run) {
      throw new LifetimeError(
        `backward: expected operations that no backward pass has used, got ${name}, whose memory is released. ` +
          'Compute the loss again, or add the losses and run backward once.',
      )
    }
    // A set is iterated over what is added meanwhile.
    for (const edge of edges) if (edge && !(edge instanceof Tensor)) found.add(edge.operation)
  }
  return [...found].sort((a, b) => b.id - a.id)
}

/** The gradients under way in one backward pass. */
class BackwardPass {
  readonly #pool: GradientPool
  readonly #ofOutputs = new Map<RecordedOperation, (Matrix | null)[]>()
  readonly #ofLeaves = new Map<Tensor, Matrix>()

  constructor(pool: GradientPool) {
    this.#pool = pool
  }

  /** Adds a gradient, held by the caller, to where an edge leads. */
  contribute(edge: Origin | Tensor | null, gradient: Matrix, name: string): void {
    if (!edge) return
    const { rows, columns } = edge instanceof Tensor ? edge.matrix : edge.operation.outputs[edge.output]
    if (rows !== gradient.rows || columns !== gradient.columns) {
      const got = `[${gradient.rows}, ${gradient.columns}]`
      throw new Error(`internal: the backward function of ${name} gave ${got} for an input of [${rows}, ${columns}]`)
    }
    if (edge instanceof Tensor) {
      this.#ofLeaves.set(edge, this.#pool.add(this.#ofLeaves.get(edge) ?? null, gradient))
      return
    }
    const slots = this.#ofOutputs.get(edge.operation) ?? edge.operation.outputs.map(() => null)
    slots[edge.output] = this.#pool.add(slots[edge.output], gradient)
    this.#ofOutputs.set(edge.operation, slots)
  }

  run(operation: RecordedOperation): void {
    const { name, edges, backward: run, saved } = operation
    const gradients = this.#ofOutputs.get(operation)
    if (run && gradients) {
      const results = run(
        gradients,
        edges.map(edge => edge !== null),
      )
      const held = results.map(gradient => gradient && this.#pool.hold(gradient))
      held.forEach((gradient, i) => {
        if (gradient) this.contribute(edges[i], gradient, name)
      })
      for (const gradient of held) if (gradient) this.#pool.drop(gradient)
      for (const gradient of gradients) if (gradient) this.#pool.drop(gradient)
      this.#ofOutputs.delete(operation)
    }
    operation.backward = null
    operation.saved = []
    for (const tensor of saved) tensor.memory.release('that was kept for a backward pass, which is over.')
  }

  /** Gives the leaves their gradients; these live as long as the leaf, not only until the end of the step. */
  deposit(): void {
    for (const [leaf, matrix] of this.#ofLeaves) {
      if (leaf.gradient) {
        leaf.device.copy(leaf.gradient.matrix, matrix, { accumulate: true })
      } else {
        leaf.gradient = new Tensor(new Memory(leaf.device, this.#pool.takeOut(matrix), leaf.memory.arena), leaf.shape)
      }
      joinRows(leaf)
    }
  }
}

/**
 * Forgets the gradients of these tensors: `gradient` is null again, and its memory is given back at once.
 */
export function zeroGradients(tensors: Iterable<Tensor>): void {
  for (const tensor of tensors) {
    tensor.gradient?.memory.release('that zeroGradients has ended. Copy a gradient with toArray() before.')
    tensor.gradient = null
    endRows(tensor)
  }
}

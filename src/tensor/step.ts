/**
 * `step`: everything that a training step or a prediction allocates, gone at its end (design §4, Lifetimes).
 */
import { OptionError } from '../errors/errors.ts'
import { Arena, exchangeArena, type Memory } from './memory.ts'
import { Tensor } from './tensor.ts'

export interface StepOptions {
  /**
   * Tensors, anywhere in plain objects and arrays, that this step is the last to use: they are released at its end
   * instead of when the garbage collector finds them, unless the function returns them or throws. For carried state.
   */
  readonly consumes?: unknown
}

/**
 * Runs a function and releases all tensors that were made in it, except those it returns.
 *
 * Returned tensors (a tensor, or tensors anywhere in plain objects and arrays) live on as new tensors that remember no
 * operation; numbers, strings and objects of a class are returned as they are. Gradients of tensors made outside live
 * as long as those. Steps may be nested: what the inner one returns belongs to the outer one. An exception releases
 * too.
 *
 *     state = step(() => { … return next }, { consumes: state })        at any moment one state in memory
 *
 * @param run  Synchronous.
 * @returns    What the function returns, with living tensors in place of its own.
 * @throws {OptionError}   The function returned a promise.
 * @throws {LifetimeError} Not here, but where a tensor of the step is used after its end.
 */
export function step<T>(run: () => T, options: StepOptions = {}): T {
  const arena = new Arena()
  const outer = exchangeArena(arena)
  try {
    const result = run()
    refusePromise(result)
    const living = new Rescue(arena, outer).of(result) as T
    if (options.consumes !== undefined) endAll(options.consumes, living)
    return living
  } finally {
    exchangeArena(outer)
    arena.end()
  }
}

function refusePromise(result: unknown): void {
  if (typeof result !== 'object' || result === null || !('then' in result) || typeof result.then !== 'function') return
  // Whatever it does after its first await fails on ended tensors; that failure is a consequence of this one.
  result.then(undefined, () => {})
  throw new OptionError(
    'step: expected a function that returns its result at once, got one that returns a promise. ' +
      'Await before the step or after it; its tensors end when the function returns.',
  )
}

/** Releases the tensors in `ending` whose memory none in `living` has. */
function endAll(ending: unknown, living: unknown): void {
  const kept = new Set<Memory>()
  for (const { memory } of tensorsIn(living)) kept.add(memory)
  for (const { memory } of tensorsIn(ending)) {
    if (!kept.has(memory))
      memory.release('that a step has consumed. Use what that step returned, or do not consume it.')
  }
}

/** All tensors in plain objects and arrays. */
function tensorsIn(root: unknown): Set<Tensor> {
  const found = new Set<Tensor>()
  // A set is iterated over what is added meanwhile, and holds a cycle once.
  const values = new Set([root])
  for (const value of values) {
    if (value instanceof Tensor) found.add(value)
    else if (isPlain(value)) for (const item of Object.values(value)) values.add(item)
  }
  return found
}

/** An array or an object that no class made. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}

/** Brings what a step returns to the outer arena: memory changes hands, nothing is copied. */
class Rescue {
  readonly #from: Arena
  readonly #to: Arena | null
  /** Also what keeps a cyclic object from looping. */
  readonly #done = new Map<object, unknown>()

  constructor(from: Arena, to: Arena | null) {
    this.#from = from
    this.#to = to
  }

  of(value: unknown): unknown {
    if (value instanceof Tensor) return this.#tensor(value)
    if (!isPlain(value)) return value
    if (this.#done.has(value)) return this.#done.get(value)
    return this.#filled(value, Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value)))
  }

  #tensor(tensor: Tensor): Tensor {
    const { memory, shape, origin } = tensor
    if (memory.arena !== this.#from) return tensor
    if (this.#done.has(tensor)) return this.#done.get(tensor) as Tensor
    // Tensors that share memory go on sharing it.
    const moved =
      (this.#done.get(memory) as Tensor['memory'] | undefined) ??
      memory.moveTo(this.#to, 'that a step has returned. Use the one which step returned in its place.')
    this.#done.set(memory, moved)
    const living = new Tensor(moved, shape, tensor.requiresGradient && origin === null)
    this.#done.set(tensor, living)
    if (tensor.gradient) living.gradient = this.#tensor(tensor.gradient)
    living.takesRowGradients = tensor.takesRowGradients
    if (tensor.rowGradient) {
      living.rowGradient = { ...tensor.rowGradient, values: this.#tensor(tensor.rowGradient.values) }
    }
    return living
  }

  #filled(from: object, to: object): object {
    this.#done.set(from, to)
    for (const key of Object.keys(from)) Reflect.set(to, key, this.of(Reflect.get(from, key)))
    return to
  }
}

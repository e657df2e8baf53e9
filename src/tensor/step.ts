/**
 * `step`: everything that a training step or a prediction allocates, gone at its end (design §4, Lifetimes).
 */
import { OptionError } from '../errors/errors.ts'
import { Arena, exchangeArena } from './memory.ts'
import { Tensor } from './tensor.ts'

/**
 * Runs a function and releases all tensors that were made in it, except those it returns.
 *
 * Returned tensors (a tensor, or tensors anywhere in plain objects and arrays) live on as new tensors that remember no
 * operation; numbers, strings and objects of a class are returned as they are. Gradients of tensors made outside live
 * as long as those. Steps may be nested: what the inner one returns belongs to the outer one. An exception releases too.
 *
 * @param run  Synchronous.
 * @returns    What the function returns, with living tensors in place of its own.
 * @throws {OptionError}   The function returned a promise.
 * @throws {LifetimeError} Not here, but where a tensor of the step is used after its end.
 */
export function step<T>(run: () => T): T {
  const arena = new Arena()
  const outer = exchangeArena(arena)
  try {
    const result = run()
    refusePromise(result)
    return new Rescue(arena, outer).of(result) as T
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
    if (typeof value !== 'object' || value === null) return value
    if (this.#done.has(value)) return this.#done.get(value)
    if (value instanceof Tensor) return this.#tensor(value)
    if (Array.isArray(value)) return this.#filled(value, new Array<unknown>(value.length))
    const prototype = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) return value
    return this.#filled(value, Object.create(prototype))
  }

  #tensor(tensor: Tensor): Tensor {
    const { memory, shape, origin } = tensor
    if (memory.arena !== this.#from) return tensor
    // Tensors that share memory go on sharing it.
    const moved =
      (this.#done.get(memory) as Tensor['memory'] | undefined) ??
      memory.moveTo(this.#to, 'that a step has returned. Use the one which step returned in its place.')
    this.#done.set(memory, moved)
    const living = new Tensor(moved, shape, tensor.requiresGradient && origin === null)
    this.#done.set(tensor, living)
    if (tensor.gradient) living.gradient = this.#tensor(tensor.gradient)
    return living
  }

  #filled(from: object, to: object): object {
    this.#done.set(from, to)
    for (const [key, item] of Object.entries(from)) Reflect.set(to, key, this.of(item))
    return to
  }
}

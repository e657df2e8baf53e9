import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Matrix } from '../devices/device.ts'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { LifetimeError, OptionError, ShapeError } from '../errors/errors.ts'
import { ones, tensor } from './create.ts'
import { borrow } from './memory.ts'
import { add, exp, mul, sub, tanh } from './pointwise.ts'
import { sum } from './reduce.ts'
import { detach, reshape } from './reshape.ts'
import { split } from './slice.ts'
import { backward, noGradient, record, zeroGradients } from './tape.ts'
import { allocate, type Tensor } from './tensor.ts'

const device = new ReferenceDevice()
const leaf = (values: number[] | number[][]) => tensor(values, undefined, { device, requiresGradient: true })
const gradientOf = (t: Tensor) => t.gradient && [...t.gradient.toArray()]

describe('backward', () => {
  it('adds the contributions of a tensor that is used several times', () => {
    const x = leaf([3])
    // d(x² · x + x)/dx = 3x² + 1
    backward(add(mul(mul(x, x), x), x))
    assert.deepEqual(gradientOf(x), [28])
  })

  it('adds up over several passes until zeroGradients', () => {
    const x = leaf([[1, 2]])
    backward(sum(x))
    backward(sum(mul(x, x)))
    assert.deepEqual(gradientOf(x), [3, 5])
    const { gradient } = x
    zeroGradients([x])
    assert.equal(x.gradient, null)
    assert.throws(() => gradient?.toArray(), {
      name: 'LifetimeError',
      message:
        'Tensor.matrix: expected a tensor that is still alive, got one of 1 × 2 values that zeroGradients has ended. ' +
        'Copy a gradient with toArray() before.',
    })
    backward(sum(x))
    assert.deepEqual(gradientOf(x), [1, 1])
  })

  it('begins with the given gradient, which stays as it is', () => {
    const x = leaf([1, 2])
    const start = tensor([10, 20], undefined, { device })
    // Both leaves get the very gradient of the sum, and x also that of the product.
    const y = leaf([1, 1])
    const z = add(x, y)
    backward(add(z, x), start)
    assert.deepEqual(gradientOf(x), [20, 40])
    assert.deepEqual(gradientOf(y), [10, 20])
    assert.deepEqual([...start.toArray()], [10, 20])
    backward(x, start)
    assert.deepEqual(gradientOf(x), [30, 60])
    assert.deepEqual(gradientOf(y), [10, 20])
  })

  it('gives two leaves gradients of their own, though one matrix passed through', () => {
    const [x, y] = [leaf([1]), leaf([1])]
    backward(add(x, y))
    backward(x)
    assert.deepEqual([gradientOf(x), gradientOf(y)], [[2], [1]])
  })

  it('leaves the gradient of what does not take part null', () => {
    const [x, y] = [leaf([1]), leaf([1])]
    const unused = mul(y, 2)
    backward(mul(x, 2))
    assert.equal(unused.requiresGradient, true)
    assert.equal(y.gradient, null)
  })

  it('stops at detach', () => {
    const x = leaf([3])
    backward(mul(detach(mul(x, x)), x))
    assert.deepEqual(gradientOf(x), [9])
  })

  it('goes through a chain of 20,000 operations', () => {
    const x = leaf([0.5])
    let y: Tensor = x
    for (let i = 0; i < 20000; i++) y = add(y, x)
    backward(y)
    assert.deepEqual(gradientOf(x), [20001])
  })
})

describe('an operation with several outputs', () => {
  /** (a + b, a − b, a) with a record of what its backward function was given. */
  function threefold(a: Tensor, b: Tensor, seen: unknown[]): Tensor[] {
    const outputs = noGradient(() => [add(a, b), sub(a, b), a]).map(y => {
      const own = allocate(device, y.shape)
      device.copy(own.matrix, y.matrix)
      return own
    })
    record({
      name: 'threefold',
      outputs,
      inputs: [a, b],
      backward: (gradients, needs) => {
        seen.push(
          gradients.map(g => g && [...device.read(g)]),
          [...needs],
        )
        const combined = (signs: readonly number[]): Matrix => {
          const total = borrow(device, a.matrix.rows, a.matrix.columns)
          gradients.forEach((g, k) => {
            if (g && signs[k] > 0) device.copy(total, g, { accumulate: true })
          })
          return total
        }
        return [combined([1, 0, 1]), needs[1] ? combined([1, 0, 0]) : null]
      },
    })
    return outputs
  }

  it('gets one gradient for each, null where the loss does not reach', () => {
    const [a, b] = [leaf([1, 2]), leaf([3, 4])]
    const seen: unknown[] = []
    const [y, , z] = threefold(a, b, seen)
    backward(add(mul(sum(y), 2), sum(mul(z, z))))
    assert.deepEqual(seen, [
      [[2, 2], null, [2, 4]],
      [true, true],
    ])
    assert.deepEqual(gradientOf(a), [4, 6])
    assert.deepEqual(gradientOf(b), [2, 2])
  })

  it('learns which inputs need a gradient, and may give one that nobody needs', () => {
    const [a, b] = [tensor([1, 2], undefined, { device }), leaf([3, 4])]
    const seen: unknown[] = []
    const loss = sum(threefold(a, b, seen)[0])
    const before = device.liveBlocks
    backward(loss)
    assert.deepEqual(seen[1], [false, true])
    assert.equal(a.gradient, null)
    assert.deepEqual(gradientOf(b), [1, 1])
    assert.equal(device.liveBlocks, before + 1)
  })

  it('adds the gradients of both outputs of split', () => {
    const x = leaf([[1, 2, 3]])
    const [left, right] = split(x, [1, 2], 1)
    backward(add(sum(mul(left, 5)), sum(mul(right, right))))
    assert.deepEqual(gradientOf(x), [5, 4, 6])
  })

  it('is told apart by name when its backward function gives a wrong shape', () => {
    const x = leaf([1, 2])
    const y = allocate(device, [1])
    record({ name: 'broken', outputs: [y], inputs: [x], backward: ([dy]) => [dy] })
    assert.throws(
      () => backward(y),
      /^Error: internal: the backward function of broken gave \[1, 1\] for an input of \[1, 2\]/,
    )
  })
})

describe('noGradient', () => {
  it('records nothing inside, also when it ends by an error', () => {
    const x = leaf([1])
    assert.equal(noGradient(() => mul(x, 2)).requiresGradient, false)
    assert.equal(noGradient(() => reshape(x, [1, 1])).requiresGradient, false)
    assert.throws(
      () =>
        noGradient(() => {
          throw new Error('stop')
        }),
      /stop/,
    )
    assert.equal(mul(x, 2).requiresGradient, true)
  })
})

describe('the memory of the tape', () => {
  it('is released by the backward pass, which cannot run again', () => {
    const x = leaf([1])
    const shared = tanh(x)
    const first = mul(shared, 2)
    const second = exp(shared)
    backward(first)
    assert.throws(() => backward(first), LifetimeError)
    assert.throws(() => backward(second), {
      name: 'LifetimeError',
      message:
        'backward: expected operations that no backward pass has used, got tanh, whose memory is released. ' +
        'Compute the loss again, or add the losses and run backward once.',
    })
  })

  it('is released when an operation fails on the way back', () => {
    const x = leaf([1, 2])
    const y = allocate(device, [2])
    record({
      name: 'failing',
      outputs: [y],
      inputs: [x],
      backward: () => {
        throw new Error('stop')
      },
    })
    const loss = sum(exp(mul(y, y)))
    const before = device.liveBlocks
    assert.throws(() => backward(loss), /stop/)
    assert.equal(device.liveBlocks, before)
    assert.equal(x.gradient, null)
  })
})

describe('the errors of backward', () => {
  it('say that a loss has one number', () => {
    assert.throws(() => backward(mul(leaf([1, 2]), 2)), {
      name: 'ShapeError',
      message:
        'backward: expected a loss of one number, got shape [2]. ' +
        'Reduce it with sum or mean, or pass the gradient of each number.',
    })
    assert.throws(
      () => backward(leaf([1, 2]), ones([3], { device })),
      (error: Error) => {
        assert.ok(error instanceof ShapeError)
        assert.match(
          error.message,
          /expected a gradient of the loss's shape \[2\], got \[3\]\. Pass one number for each/,
        )
        return true
      },
    )
  })

  it('say that nothing requires a gradient', () => {
    const constant = tensor([1], undefined, { device })
    assert.throws(
      () => backward(mul(constant, 2)),
      (error: Error) => {
        assert.ok(error instanceof OptionError)
        assert.match(
          error.message,
          /depends on none\. Create the parameters with \{ requiresGradient: true \}, and compute/,
        )
        return true
      },
    )
  })
})

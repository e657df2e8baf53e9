import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { LifetimeError, OptionError } from '../errors/errors.ts'
import { ones, tensor } from './create.ts'
import { add, exp, mul, tanh } from './pointwise.ts'
import { sum } from './reduce.ts'
import { reshape } from './reshape.ts'
import { step } from './step.ts'
import { backward } from './tape.ts'
import type { Tensor } from './tensor.ts'

/** The tensors made and the blocks that are left, beyond what was there. */
function withDevice(run: (device: ReferenceDevice, left: () => number) => void): void {
  const device = new ReferenceDevice()
  run(device, () => device.liveBlocks)
}

const leaf = (device: ReferenceDevice, values: number[]) =>
  tensor(values, undefined, { device, requiresGradient: true })

describe('step', () => {
  it('releases what was made in it and keeps what it returns', () => {
    withDevice((device, left) => {
      const x = leaf(device, [1, 2])
      const y = step(() => mul(exp(tanh(x)), 2))
      assert.equal(left(), 2)
      assert.equal(y.requiresGradient, false)
      assert.ok(Math.abs(y.toArray()[0] - 2 * Math.exp(Math.tanh(1))) < 1e-15)
    })
  })

  it('finds tensors anywhere in plain objects and arrays, and leaves the rest as it is', () => {
    withDevice((device, left) => {
      const map = new Map([['a', 1]])
      const result = step(() => ({ loss: 3, state: [{ h: ones([2], { device }) }], map, nothing: null }))
      assert.equal(left(), 1)
      assert.deepEqual([...result.state[0].h.toArray()], [1, 1])
      assert.equal(result.map, map)
      assert.equal(result.loss, 3)
    })
  })

  it('keeps shared memory shared, and a tensor returned twice one tensor', () => {
    withDevice((device, left) => {
      const [a, b, c] = step(() => {
        const x = ones([2, 3], { device })
        return [x, reshape(x, [6 / 3, 1, 3]), x]
      })
      assert.equal(left(), 1)
      assert.equal(a, c)
      assert.equal(a.matrix, b.matrix)
    })
  })

  it('returns a cyclic object', () => {
    withDevice(device => {
      const result = step(() => {
        const cyclic: { x: Tensor; self?: unknown } = { x: ones([1], { device }) }
        cyclic.self = cyclic
        return cyclic
      })
      assert.equal(result.self, result)
      assert.equal(result.x.item(), 1)
    })
  })

  it('keeps the gradients of tensors made outside, over several steps', () => {
    withDevice((device, left) => {
      const x = leaf(device, [1, 2])
      for (let i = 0; i < 3; i++) step(() => backward(sum(mul(x, x))))
      assert.deepEqual([...(x.gradient as Tensor).toArray()], [6, 12])
      assert.equal(left(), 2)
    })
  })

  it('goes back through what was computed before it', () => {
    withDevice(device => {
      const x = leaf(device, [3])
      const before = mul(x, x)
      step(() => backward(mul(before, 2)))
      assert.deepEqual([...(x.gradient as Tensor).toArray()], [12])
    })
  })

  it('carries state from step to step without history', () => {
    withDevice((device, left) => {
      const weight = leaf(device, [0.5])
      let h = ones([1], { device })
      for (let i = 0; i < 4; i++) {
        const next = step(() => {
          const result = tanh(mul(h, weight))
          backward(result)
          return result
        })
        assert.equal(next.requiresGradient, false)
        h = next
      }
      // Blocks that the garbage collector has not yet found: the first h and the three replaced since.
      assert.equal(left(), 2 + 5)
    })
  })

  it('releases the state that it consumes, but not what it returns again', () => {
    withDevice((device, left) => {
      let state = { h: ones([1], { device }), c: ones([1], { device }) }
      const first = state.h
      for (let i = 0; i < 4; i++) state = step(() => ({ h: tanh(state.h), c: state.c }), { consumes: state })
      assert.equal(left(), 2)
      assert.equal(state.c.item(), 1)
      assert.throws(
        () => first.item(),
        /that a step has consumed\. Use what that step returned, or do not consume it\./,
      )
      const stop = () => {
        throw new Error('stop')
      }
      assert.throws(() => step(stop, { consumes: state }), /stop/)
      assert.equal(state.c.item(), 1)
    })
  })

  it('moves a leaf that it returns, with its gradient', () => {
    withDevice((device, left) => {
      const x = step(() => {
        const made = leaf(device, [4])
        backward(mul(made, made))
        return made
      })
      assert.equal(x.requiresGradient, true)
      assert.deepEqual([...(x.gradient as Tensor).toArray()], [8])
      assert.equal(left(), 2)
    })
  })

  it('may be nested: what the inner one returns belongs to the outer one', () => {
    withDevice((device, left) => {
      const x = leaf(device, [2])
      let inner: Tensor | null = null
      const outer = step(() => {
        inner = step(() => exp(mul(x, 2)))
        assert.equal(left(), 2)
        return add(inner, 1)
      })
      assert.equal(left(), 2)
      assert.ok(outer.item() > 0)
      assert.throws(() => (inner as Tensor | null)?.item(), LifetimeError)
    })
  })
})

describe('the end of a step', () => {
  it('is explained to whoever uses one of its tensors', () => {
    withDevice(device => {
      let escaped: Tensor | null = null
      step(() => {
        escaped = ones([2, 3], { device })
      })
      const message =
        'Tensor.matrix: expected a tensor that is still alive, got one of 2 × 3 values whose step has ended. ' +
        'Return it from the function given to step, or copy it there with toArray().'
      assert.throws(() => (escaped as unknown as Tensor).toArray(), { name: 'LifetimeError', message })
      assert.throws(() => add(escaped as unknown as Tensor, 1), { name: 'LifetimeError', message })
    })
  })

  it('ends a returned tensor too: the living one is what step returned', () => {
    withDevice(device => {
      let inside: Tensor | null = null
      const returned = step(() => {
        inside = ones([1], { device })
        return inside
      })
      assert.equal(returned.item(), 1)
      assert.throws(() => (inside as unknown as Tensor).item(), {
        name: 'LifetimeError',
        message:
          'Tensor.matrix: expected a tensor that is still alive, got one of 1 × 1 values that a step has returned. ' +
          'Use the one which step returned in its place.',
      })
    })
  })

  it('comes with an exception as well', () => {
    withDevice((device, left) => {
      assert.throws(
        () =>
          step(() => {
            ones([3], { device })
            throw new Error('stop')
          }),
        /stop/,
      )
      assert.equal(left(), 0)
      ones([1], { device })
      assert.equal(left(), 1, 'the arena of the failed step is gone')
    })
  })

  it('refuses an asynchronous function', async () => {
    const device = new ReferenceDevice()
    const run = () =>
      step(async () => {
        const x = ones([1], { device })
        await null
        return add(x, 1)
      })
    assert.throws(run, (error: Error) => {
      assert.ok(error instanceof OptionError)
      assert.match(error.message, /^step: expected a function that returns its result at once, got one that returns a /)
      assert.match(error.message, /Await before the step or after it/)
      return true
    })
    assert.equal(device.liveBlocks, 0)
    // What the function does later fails, too; as nobody can await that, it is no unhandled rejection.
    await new Promise(resolve => setTimeout(resolve))
  })
})

describe('outside a step', () => {
  it('memory is released after the garbage collector has dropped the tensor', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const device = new ReferenceDevice()
    const x = leaf(device, [1, 2])
    const loss = () => sum(exp(mul(x, x)))
    for (let i = 0; i < 50; i++) loss()
    const before = device.liveBlocks
    assert.ok(before > 50)
    for (let tries = 0; tries < 20 && device.liveBlocks > 1; tries++) {
      collect()
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    assert.ok(device.liveBlocks < 10, `${device.liveBlocks} of ${before} blocks are left`)
    assert.deepEqual([...x.toArray()], [1, 2])
  })

  it('what a recorded operation needs is kept while its result is held', async () => {
    const collect = runInNewContext('gc') as () => void
    const device = new ReferenceDevice()
    const x = leaf(device, [3])
    const loss = mul(mul(x, x), mul(x, 1))
    for (let tries = 0; tries < 3; tries++) {
      collect()
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    backward(loss)
    assert.deepEqual([...(x.gradient as Tensor).toArray()], [27])
  })
})

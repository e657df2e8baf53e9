import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PointwiseArguments } from '../devices/device.ts'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'
import { add, type Expression, mul, scalar, sigmoid, tanh, variable } from '../formula/expression.ts'
import type { Program } from '../formula/program.ts'
import { tensor } from './create.ts'
import { elementwise } from './elementwise.ts'
import { add as addTensors, tanh as tanhOfTensor } from './pointwise.ts'
import { sum } from './reduce.ts'
import { step } from './step.ts'
import { backward } from './tape.ts'
import type { Tensor } from './tensor.ts'

/** A reference device that lists the programs it ran. */
function watched() {
  const device = new ReferenceDevice()
  const programs: Program[] = []
  const pointwise = device.pointwise.bind(device)
  device.pointwise = (program: Program, args: PointwiseArguments) => {
    programs.push(program)
    pointwise(program, args)
  }
  return { device, programs }
}

const leaf = (device: ReferenceDevice, values: number[]) =>
  tensor(values, undefined, { device, requiresGradient: true })

describe('elementwise', () => {
  it('is one program forward and one backward, whatever the expression', () => {
    const { device, programs } = watched()
    const [x, y] = [leaf(device, [1, 2]), leaf(device, [3, 4])]
    const z = elementwise(([a, b]) => add(mul(tanh(a), sigmoid(b)), mul(a, b)), [x, y])
    assert.equal(programs.length, 1)
    backward(z, tensor([1, 1], undefined, { device }))
    assert.equal(programs.length, 2)
    assert.deepEqual(programs[1].outputs.map(output => output.name).sort(), ['input 0', 'input 1'])
  })

  it('compiles an expression once, though it is written anew at each call', () => {
    const { device, programs } = watched()
    const x = leaf(device, [1, 2])
    const run = (factor: number) => elementwise(([a]) => mul(tanh(a), factor), [x])
    run(2)
    run(2)
    run(3)
    assert.equal(programs[0], programs[1])
    assert.notEqual(programs[1], programs[2])
    const scaled = (rate: number) => elementwise(mul(variable('a'), scalar('rate')), { a: x, rate })
    assert.deepEqual(
      [scaled(2), scaled(5)].map(t => [...t.toArray()]),
      [
        [2, 4],
        [5, 10],
      ],
    )
    assert.equal(programs[3], programs[4])
  })

  it('reads the saved output of an expensive operation instead of computing it again', () => {
    const { device, programs } = watched()
    const x = leaf(device, [1])
    backward(tanhOfTensor(x))
    const names = programs[1].inputs.map(input => input.name)
    assert.deepEqual(names.sort(), ['gradient 0', 'output 0'])
  })

  it('passes a gradient through without a program where it is that of the output', () => {
    const { device, programs } = watched()
    const [x, y] = [leaf(device, [1]), leaf(device, [2])]
    backward(addTensors(x, y))
    assert.equal(programs.length, 1)
    assert.deepEqual(
      [x, y].map(t => (t.gradient as Tensor).item()),
      [1, 1],
    )
  })

  it('gives several outputs, of which the loss may use some', () => {
    const { device } = watched()
    const [x, y] = [leaf(device, [2]), leaf(device, [5])]
    const write = ([a, b]: readonly Expression[]) => [mul(a, b), add(a, mul(b, b))]
    const [first, second] = elementwise(write, [x, y])
    assert.deepEqual([first.item(), second.item()], [10, 27])
    backward(second)
    assert.deepEqual(
      [x, y].map(t => (t.gradient as Tensor).item()),
      [1, 10],
    )
  })

  it('leaves no memory behind when operands widen', () => {
    const { device } = watched()
    const x = tensor(
      [
        [[1], [2]],
        [[3], [4]],
      ],
      undefined,
      { device, requiresGradient: true },
    )
    const y = tensor([[[1, 2, 3]], [[4, 5, 6]]], undefined, { device, requiresGradient: true })
    step(() => backward(sum(elementwise(([a, b]) => mul(tanh(a), tanh(b)), [x, y]))))
    assert.equal(device.liveBlocks, 4)
  })
})

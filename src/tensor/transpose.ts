import type { Device, Matrix } from '../devices/device.ts'
import { axisOf, columnsOf, rowsOf, type Shape, stridedRows, stridesOf } from './layout.ts'
import { borrowUnset } from './memory.ts'
import { record } from './tape.ts'
import { allocate, type Tensor } from './tensor.ts'

/**
 * Exchanges two dimensions; a copy. A product needs none: `matmul` transposes inside.
 *
 * @param axisA  @default −2
 * @param axisB  @default −1
 * @throws {ShapeError} There is no such dimension.
 * @see torch.transpose
 */
export function transpose(x: Tensor, axisA = -2, axisB = -1): Tensor {
  const axes = [axisOf('transpose', x.shape, axisA), axisOf('transpose', x.shape, axisB)]
  const [first, second] = [Math.min(...axes), Math.max(...axes)]
  const last = x.shape.length - 1
  if (first === second) return x
  if (second < last) return exchanged(x, first, second, exchangeRows)
  if (first === last - 1) return exchanged(x, first, second, exchangeLastTwo)
  // The last dimension moves by way of the one before it.
  return transpose(transpose(transpose(x, first, last - 1), last - 1, last), first, last - 1)
}

type Exchange = (device: Device, target: Matrix, source: Matrix, shape: Shape, a: number, b: number) => void

function exchanged(x: Tensor, a: number, b: number, exchange: Exchange): Tensor {
  const { device, shape } = x
  const turned = turn(shape, a, b)
  const y = allocate(device, turned)
  exchange(device, y.matrix, x.matrix, shape, a, b)
  record({
    name: 'transpose',
    outputs: [y],
    inputs: [x],
    backward: ([dy]) => {
      const dx = borrowUnset(device, rowsOf(shape), columnsOf(shape))
      exchange(device, dx, dy as Matrix, turned, a, b)
      return [dx]
    },
  })
  return y
}

const turn = (sizes: readonly number[], a: number, b: number): number[] => sizes.with(a, sizes[b]).with(b, sizes[a])

/** Both dimensions are before the last: whole rows move. */
function exchangeRows(device: Device, target: Matrix, source: Matrix, shape: Shape, a: number, b: number): void {
  const lead = shape.slice(0, -1)
  device.gatherRows(target, source, stridedRows(turn(lead, a, b), turn(stridesOf(lead), a, b)))
}

/** One transposing copy for each leading index. */
function exchangeLastTwo(device: Device, target: Matrix, source: Matrix, shape: Shape): void {
  const [rows, columns] = shape.slice(-2)
  for (let i = 0; i < source.rows / rows; i++) {
    const to = device.rowsOf(target, i * columns, columns)
    device.copy(to, device.rowsOf(source, i * rows, rows), { transpose: true })
  }
}

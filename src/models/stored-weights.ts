/**
 * Weights read from a model file, as a source for layers.
 */
import type { Device } from '../devices/device.ts'
import { ModelFileError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'
import { tensorOfShape } from '../formats/model-file.ts'
import type { StoredTensor } from '../formats/safetensors.ts'
import type { WeightReader } from '../layers/weight-source.ts'
import { leaf } from '../tensor/tensor.ts'

/**
 * @returns  A source that gives each tensor of the file by name, if its shape is right and its values are finite, and
 *           `finish`, which refuses a file that has tensors nobody asked for.
 * @throws {ModelFileError} from either.
 */
export function storedWeights(tensors: ReadonlyMap<string, StoredTensor>, device: Device) {
  const used = new Set<string>()
  const source: WeightReader = (name, shape) => {
    const { data } = tensorOfShape(tensors, name, shape)
    const bad = firstNotFinite(data)
    if (bad >= 0) {
      throw new ModelFileError(
        `model file, tensor ${shown(name)}: expected finite values, got ${data[bad]} at ${bad}. Train again.`,
      )
    }
    used.add(name)
    return leaf(device, shape, data)
  }
  const finish = () => {
    const strange = [...tensors.keys()].find(name => !used.has(name))
    if (strange === undefined) return
    throw new ModelFileError(
      `model file: expected the tensors that its architecture has, got ${shown(strange)} besides. ` +
        'The file is damaged or was changed by hand: get it again or train again.',
    )
  }
  return { source, finish }
}

/** A plain loop: `findIndex` takes ten times as long before it is optimized. @returns -1 if there is none. */
function firstNotFinite(values: ArrayLike<number>): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i
  return -1
}

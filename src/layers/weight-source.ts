/**
 * Where a layer's weights come from: drawn anew, or read from a file. Layers ask for each weight by name and shape and
 * say how it would be drawn, so that a model read from a file is made by the same code as a new one, and nothing is
 * allocated before the file has shown that it has a tensor of that shape.
 */
import type { Device } from '../devices/device.ts'
import { flatTensor } from '../tensor/create.ts'
import { defaultDevice, type Tensor } from '../tensor/index.ts'

/**
 * @param name   Of the weight within its layer, as in a model file.
 * @param shape  What the layer needs.
 * @param draw   First values in row-major order, 32 bits.
 * @returns      A leaf that requires its gradient.
 */
export type WeightSource = (name: string, shape: readonly number[], draw: () => Float32Array) => Tensor

/** Weights that are there already, by name: a source for layers that never draws. */
export type WeightReader = (name: string, shape: readonly number[]) => Tensor

/** New weights on a device. */
export const drawn =
  (device: Device = defaultDevice()): WeightSource =>
  (_name, shape, draw) =>
    flatTensor(draw(), shape, { device, requiresGradient: true })

/** The weights of a part of a model: names with a prefix. */
export const within =
  (source: WeightSource, prefix: string): WeightSource =>
  (name, shape, draw) =>
    source(`${prefix}.${name}`, shape, draw)

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1)

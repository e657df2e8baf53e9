/** The whole wasm device: for predicting and for training. */
import { linkLinearCrossEntropy } from './linear-cross-entropy.ts'
import { linkInputTables } from './recurrent/input-table.ts'
import { linkSingleSteps } from './recurrent/single-step.ts'
import { linkTrainingKernels } from './training-kernels.ts'
import { createPredictingDevice, type WasmDevice, type WasmDeviceOptions } from './wasm-device-class.ts'

export { WasmDevice, type WasmDeviceOptions } from './wasm-device-class.ts'

/**
 * Creates a device with a memory of its own.
 *
 * @throws {OptionError} The engine has no SIMD, or relaxed arithmetic was asked for and it has none.
 */
export function createWasmDevice(options?: WasmDeviceOptions): WasmDevice {
  linkTrainingKernels()
  linkLinearCrossEntropy()
  linkSingleSteps()
  linkInputTables()
  return createPredictingDevice(options)
}

/**
 * The device of tensors that are created without one.
 */
import type { Device } from '../devices/device.ts'
import { createPredictingDevice } from '../devices/wasm/wasm-device-class.ts'

let device: Device | null = null

/**
 * The device for tensors that name none: `wasm`, made when it is first asked for.
 *
 * @throws {OptionError} The engine has no WebAssembly SIMD.
 */
export function defaultDevice(): Device {
  device ??= createPredictingDevice()
  return device
}

/** Sets the device for tensors created from now on; those that exist stay where they are. */
export function setDefaultDevice(next: Device): void {
  device = next
}

/**
 * The device of tensors that are created without one.
 */
import type { Device } from '../devices/device.ts'
import { ReferenceDevice } from '../devices/reference/reference-device.ts'

let device: Device | null = null

/** The device for tensors that name none, made when it is first asked for. */
export function defaultDevice(): Device {
  device ??= new ReferenceDevice()
  return device
}

/** Sets the device for tensors created from now on; those that exist stay where they are. */
export function setDefaultDevice(next: Device): void {
  device = next
}

/** The suites of every device, on every device and mode. */
import { describeArithmetic } from './arithmetic.test-suite.ts'
import type { Implementation } from './device.test-suite.ts'
import { describeMovement } from './movement.test-suite.ts'
import { describeProbabilities } from './probabilities.test-suite.ts'
import { ReferenceDevice } from './reference/reference-device.ts'
import { createWasmDevice } from './wasm/wasm-device.ts'

const implementations: Implementation[] = [
  { name: 'reference', create: () => new ReferenceDevice() },
  { name: 'wasm relaxed', create: () => createWasmDevice({ arithmetic: 'relaxed' }) },
  { name: 'wasm relaxed, wide tiles', create: () => createWasmDevice({ arithmetic: 'relaxed', wide: true }) },
  { name: 'wasm plain', create: () => createWasmDevice({ arithmetic: 'plain' }) },
]

for (const implementation of implementations) {
  describeMovement(implementation)
  describeArithmetic(implementation)
  describeProbabilities(implementation)
}

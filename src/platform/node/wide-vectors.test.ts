import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { measureWideVectors } from '../../devices/wasm/wide-vectors.ts'
import { flagOf } from './wide-vectors.ts'

const MODULE = new URL('./wide-vectors.ts', import.meta.url).href
const DEVICE = new URL('../../devices/wasm/wasm-device.ts', import.meta.url).href

/** What a new process prints: flags hold for a whole one. */
function printed(expression: string, environment: Readonly<Record<string, string>> = {}): unknown {
  const { SLUICE_WIDE_VECTORS: _, ...others } = process.env
  const source =
    `import { enableWideVectors } from ${JSON.stringify(MODULE)}\n` +
    `import { createWasmDevice } from ${JSON.stringify(DEVICE)}\n` +
    `console.log(JSON.stringify(${expression}))`
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', source], {
    encoding: 'utf8',
    env: { ...others, ...environment },
  })
  assert.equal(status, 0, stderr)
  assert.doesNotMatch(stderr, /unrecognized/)
  return JSON.parse(stdout)
}

test('asked twice, wide mode is decided once, and new devices follow it', () => {
  const [first, second, isWide] = printed(
    '[enableWideVectors(), enableWideVectors(), createWasmDevice().runtime.arithmetic.wide]',
  ) as [{ enabled: boolean; reason: string }, unknown, boolean]
  assert.deepEqual(second, first)
  assert.equal(isWide, first.enabled)
})

test('the environment keeps it off or switches it on; else a device is narrow', () => {
  const wide = 'createWasmDevice().runtime.arithmetic.wide'
  assert.equal(printed(wide), false)
  assert.deepEqual(printed('enableWideVectors()', { SLUICE_WIDE_VECTORS: '0' }), {
    enabled: false,
    reason: 'SLUICE_WIDE_VECTORS is 0',
  })
  assert.equal(printed(`enableWideVectors().enabled === ${wide}`, { SLUICE_WIDE_VECTORS: '1' }), true)
})

test('each version of V8 gets the option that it knows', () => {
  assert.equal(flagOf('12.4.254.21-node.33'), null)
  assert.equal(flagOf('13.6.233.17-node.53'), '--experimental-wasm-revectorize')
  assert.equal(flagOf('14.6.202.34-node.18'), '--experimental-wasm-revectorize')
  assert.equal(flagOf('15.7.1'), '--wasm-revectorize')
})

test('both tiles agree with a scalar loop', () => {
  // This process joins nothing, so only the speed may be found wanting.
  assert.match(measureWideVectors().reason, /^tiles of 16 columns reach/)
})

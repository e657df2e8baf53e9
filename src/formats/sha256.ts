/**
 * SHA-256 in plain TypeScript. The platform's own (`crypto.subtle`) is asynchronous, and reading a model is not.
 *
 * @see FIPS 180-4.
 */

// The fractional parts of the cube roots of the first 64 primes, 32 bits each.
const ROUND_CONSTANTS = /* @__PURE__ */ Int32Array.from(primes(64), prime => fraction(Math.cbrt(prime)))

// The fractional parts of the square roots of the first eight primes.
const FIRST_STATE = /* @__PURE__ */ Int32Array.from(primes(8), prime => fraction(Math.sqrt(prime)))

const BLOCK_BYTES = 64

/** Whatever hashes faster than this file. */
let platformSha256: ((bytes: Uint8Array) => string) | null = null

/** Takes the platform's own, where it has one that is synchronous: `platform/node/model-files.ts`. */
export function useSha256(hash: (bytes: Uint8Array) => string): void {
  platformSha256 = hash
}

/**
 * Hashes bytes.
 *
 * @param bytes  Read, never kept; shorter than 2^53 ÷ 8.
 * @returns      64 lower-case hexadecimal digits.
 */
export const sha256 = (bytes: Uint8Array): string => (platformSha256 ?? portableSha256)(bytes)

/** The same on any platform. */
export function portableSha256(bytes: Uint8Array): string {
  const state = FIRST_STATE.slice()
  const schedule = new Int32Array(64)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const whole = bytes.length - (bytes.length % BLOCK_BYTES)
  for (let offset = 0; offset < whole; offset += BLOCK_BYTES) addBlock(state, schedule, view, offset)
  const end = new DataView(lastBlocks(bytes.subarray(whole), bytes.length).buffer)
  for (let offset = 0; offset < end.byteLength; offset += BLOCK_BYTES) addBlock(state, schedule, end, offset)
  return Array.from(state, word => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

/** The rest, a one bit, zeros, and the length in bits as 64-bit number: one block or two. */
function lastBlocks(rest: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const blocks = new Uint8Array(rest.length + 9 <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES)
  blocks.set(rest)
  blocks[rest.length] = 0x80
  const view = new DataView(blocks.buffer)
  view.setUint32(blocks.length - 8, Math.floor(length / 2 ** 29))
  view.setUint32(blocks.length - 4, length * 8)
  return blocks
}

function addBlock(state: Int32Array, w: Int32Array, view: DataView, offset: number): void {
  for (let t = 0; t < 16; t++) w[t] = view.getInt32(offset + 4 * t)
  for (let t = 16; t < 64; t++) {
    const near = w[t - 2]
    const far = w[t - 15]
    const small0 = ((far >>> 7) | (far << 25)) ^ ((far >>> 18) | (far << 14)) ^ (far >>> 3)
    const small1 = ((near >>> 17) | (near << 15)) ^ ((near >>> 19) | (near << 13)) ^ (near >>> 10)
    w[t] = (w[t - 16] + small0 + w[t - 7] + small1) | 0
  }
  // The letters are the standard's.
  let a = state[0]
  let b = state[1]
  let c = state[2]
  let d = state[3]
  let e = state[4]
  let f = state[5]
  let g = state[6]
  let h = state[7]
  for (let t = 0; t < 64; t++) {
    const big1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const choice = (e & f) ^ (~e & g)
    const first = (h + big1 + choice + ROUND_CONSTANTS[t] + w[t]) | 0
    const big0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const majority = (a & b) ^ (a & c) ^ (b & c)
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + big0 + majority) | 0
  }
  state[0] += a
  state[1] += b
  state[2] += c
  state[3] += d
  state[4] += e
  state[5] += f
  state[6] += g
  state[7] += h
}

function primes(count: number): number[] {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate++) {
    if (found.every(prime => candidate % prime !== 0)) found.push(candidate)
  }
  return found
}

// Math.cbrt may differ in its last digit between engines; 32 of 49 fractional bits are far from that digit, and the
// published vectors in the test would show it.
function fraction(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) | 0
}

/**
 * Threefry2x32 with 20 rounds: a random function of a key and a counter, no state anywhere.
 *
 *   four rounds:  x0 += x1;  x1 = rotl(x1, R) ^ x0        R = 13 15 26 6, then 17 29 16 24, and so on in turn
 *   then inject:  x0 += k[s mod 3];  x1 += k[(s+1) mod 3] + s     s = 1 … 5, k2 = k0 ^ k1 ^ 0x1BD11BDA
 *
 * Integer arithmetic modulo 2^32 only, so the reference and the WebAssembly kernels give the same bits.
 *
 * @see Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"; checked against the vectors
 *      of Random123 (`kat_vectors`).
 */

/** The constant of Skein's key schedule, lower half, as Random123 uses it. */
export const THREEFRY_PARITY = 0x1bd11bda

/** Left rotations, in bits, of the eight rounds after which the schedule repeats. */
export const THREEFRY_ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const

/** Five groups of four rounds. */
export const THREEFRY_GROUPS = 5

/**
 * Computes one block of two 32-bit words into a buffer, without allocating.
 *
 * @param out       Where the words go, at `offset` and `offset + 1`. The caller's; at least `offset + 2` long.
 * @param offset    Index of the first word.
 * @param key0      Any of the four words: only its lower 32 bits count, signed or unsigned.
 */
export function threefry2x32Into(
  out: Uint32Array,
  offset: number,
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
): void {
  const k0 = key0 | 0
  const k1 = key1 | 0
  const k2 = k0 ^ k1 ^ THREEFRY_PARITY
  let x0 = (counter0 + k0) | 0
  let x1 = (counter1 + k1) | 0
  let here = k1
  let next = k2
  let last = k0
  for (let group = 1; group <= THREEFRY_GROUPS; group++) {
    if ((group & 1) === 1) {
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0
    } else {
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0
      x0 = (x0 + x1) | 0
      x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0
    }
    x0 = (x0 + here) | 0
    x1 = (x1 + next + group) | 0
    const first = here
    here = next
    next = last
    last = first
  }
  out[offset] = x0
  out[offset + 1] = x1
}

/**
 * Computes one block of two 32-bit words.
 *
 * @param key0      Any of the four words: only its lower 32 bits count, signed or unsigned.
 * @returns         Both words, 0 … 2^32 − 1. A loop uses `threefry2x32Into`.
 */
export function threefry2x32(key0: number, key1: number, counter0: number, counter1: number): [number, number] {
  const words = new Uint32Array(2)
  threefry2x32Into(words, 0, key0, key1, counter0, counter1)
  return [words[0], words[1]]
}

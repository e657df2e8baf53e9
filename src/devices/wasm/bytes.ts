/** Numbers and sequences as the WebAssembly binary format writes them. */

/** An unsigned integer, 0 … 2^32 − 1, in LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = []
  let rest = value >>> 0
  do {
    const low = rest & 0x7f
    rest >>>= 7
    bytes.push(rest === 0 ? low : low | 0x80)
  } while (rest !== 0)
  return bytes
}

/** A signed integer of 32 bits in LEB128. */
export function signed(value: number): number[] {
  const bytes: number[] = []
  let rest = value | 0
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    // The last byte's bit 6 is the sign.
    const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)
    bytes.push(isLast ? low : low | 0x80)
    if (isLast) return bytes
  }
}

/** A 32-bit float, four bytes, least significant first. */
export function float32(value: number): number[] {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, value, true)
  return [0, 1, 2, 3].map(i => view.getUint8(i))
}

/** A name: its length in bytes, then UTF-8 (our names are ASCII). */
export function text(name: string): number[] {
  return [...unsigned(name.length), ...Array.from(name, character => character.charCodeAt(0))]
}

/** A vector of the format: the number of items, then the items. */
export const sequence = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
]

/**
 * Damaged and hostile variants of a good model file or checkpoint, most of them behind a header that still frames.
 */
import fc from 'fast-check'
import { dataOffset, readSafetensors, writeSafetensors } from '../formats/safetensors.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Path = readonly (string | number)[]

/** What stands for anything a person or a program may have put there. */
export const anything: fc.Arbitrary<Json | undefined> = fc.oneof(
  fc.constantFrom<Json | undefined>(undefined, null, true, '', [], {}, '__proto__', [[]], { h: 0 }, ['a', 'a']),
  fc.constantFrom<Json>(0, -1, 0.5, 1e6, 1e9, 2 ** 31, 2 ** 32, 2 ** 53, -0, 1e308),
  fc.constantFrom<Json>('lstm', 'tanh', 'add', 'h', '<unk>', 'bad', 'classifier', 'relaxed'),
  fc.constantFrom<Json>([['add', 0, 0]], Array<Json>(20_000).fill(1)),
  fc.integer({ min: 0, max: 40 }),
)

/** The header as text and the bytes after it. */
function parted(bytes: Uint8Array) {
  const begin = dataOffset(bytes)
  return { header: new TextDecoder().decode(bytes.subarray(8, begin)), data: bytes.subarray(begin) }
}

/** A file of these parts, whose first bytes tell the header's length rightly. */
function joined(header: string, data: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setUint32(0, text.length, true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}

/** All places in a document. */
export function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))]
}

/** A copy with another value at a path; undefined takes it away. */
export function edited(document: Json, path: Path, value: Json | undefined): Json {
  if (path.length === 0) return value ?? null
  const copy = structuredClone(document)
  let parent = copy as { [key: string]: Json }
  for (const key of path.slice(0, -1)) parent = parent[key] as { [key: string]: Json }
  const last = path[path.length - 1]
  if (value !== undefined) parent[last] = value
  else if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else delete parent[last]
  return copy
}

/** One number of the header in the place of another. */
function withExchangedNumbers(header: string, from: number, to: number): string {
  const numbers = [...header.matchAll(/(?<![\w.-])\d+(?![\w.])/g)]
  const [source, target] = [numbers[from % numbers.length], numbers[to % numbers.length]]
  return header.slice(0, target.index) + source[0] + header.slice(target.index + target[0].length)
}

/**
 * Variants of a file: bytes flipped, cut, numbers of the header exchanged, and the document with something else in one
 * place. The last two, three quarters of all, have a header whose length is right.
 */
export function damagedFiles(good: Uint8Array): fc.Arbitrary<Uint8Array> {
  const { header, data } = parted(good)
  const { tensors, metadata } = readSafetensors(good)
  const { sha256: _, ...document } = JSON.parse(metadata.sluice) as { [key: string]: Json }
  const paths = pathsOf(document)
  const flipped = fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 })).map(([index, flip]) => {
    const bytes = good.slice()
    bytes[index] ^= flip
    return bytes
  })
  const cut = fc.nat(good.length - 1).map(length => good.slice(0, length))
  const exchanged = fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => joined(withExchangedNumbers(header, a, b), data))
  const reshaped = fc.tuple(fc.constantFrom(...paths), anything).map(([path, value]) =>
    // No checksum, so that what follows it is reached.
    writeSafetensors(tensors, { format: 'sluice', sluice: JSON.stringify(edited(document, path, value)) }),
  )
  return fc.oneof(
    { weight: 1, arbitrary: flipped },
    { weight: 1, arbitrary: cut },
    { weight: 2, arbitrary: exchanged },
    { weight: 4, arbitrary: reshaped },
  )
}

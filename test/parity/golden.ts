/**
 * The numbers in golden/, which tools/golden/make-golden.py writes.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, 'golden')

/** @throws There is no such file: a cell or optimizer without golden numbers fails here. */
export function readGolden(name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'))
  } catch (cause) {
    const remedy = 'Add it to tools/golden, or its numbers by hand with their source, if PyTorch has no such thing.'
    throw new Error(`test/parity/golden/${name}.json: expected golden numbers, got none. ${remedy}`, { cause })
  }
}

/** A string of numbers with blanks between them. */
export const numbersOf = (text: string): number[] => text.split(' ').map(Number)

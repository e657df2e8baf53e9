/** JSON in pieces, for documents that would be longer than a string may be. */

const PIECE_CHARACTERS = 2 ** 16

/** The same characters as `JSON.stringify`, for plain data. */
export function* jsonPieces(value: unknown): Generator<string> {
  let piece = ''
  for (const part of partsOf(value)) {
    piece += part
    if (piece.length < PIECE_CHARACTERS) continue
    yield piece
    piece = ''
  }
  yield piece
}

function* partsOf(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null || isFlat(value)) return yield JSON.stringify(value)
  const isList = Array.isArray(value)
  let before = isList ? '[' : '{'
  for (const [key, item] of isList ? value.entries() : Object.entries(value)) {
    if (item === undefined && !isList) continue
    yield isList ? before : `${before}${JSON.stringify(key)}:`
    yield* partsOf(item)
    before = ','
  }
  yield before === ',' ? (isList ? ']' : '}') : isList ? '[]' : '{}'
}

/** A list without lists or objects in it: short enough to be written at once. */
const isFlat = (value: object): boolean => Array.isArray(value) && value.every(item => typeof item !== 'object')

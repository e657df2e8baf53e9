/** JSON from a file that may be hostile: what `JSON.parse` refuses, and two things that it lets through. */
import { ModelFileError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'

/** Deeper than any document of ours; recursion over what was read stays far from the end of the stack. */
const DEEPEST_LEVEL = 64

const ADVICE = 'The file is damaged: get it again from its source.'

/**
 * Reads JSON, refusing also what `JSON.parse` would silently accept: a key given twice, and nesting without end.
 *
 * @param where  What is read, for messages: `safetensors header`.
 * @throws {ModelFileError} No JSON, a duplicate key, or more than 64 levels.
 */
export function parseStrictJson(text: string, where: string): unknown {
  const value = parsed(text, where)
  checkKeysAndDepth(text, where)
  return value
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ModelFileError(`${where}: expected JSON, got ${shown(text)} (${(cause as Error).message}). ${ADVICE}`, {
      cause,
    })
  }
}

/** Walks once over text that is known to be JSON; only strings, brackets and colons matter. */
function checkKeysAndDepth(text: string, where: string): void {
  const open: Set<string>[] = []
  let index = 0
  while (index < text.length) {
    const character = text[index]
    if (character === '"') {
      const end = endOfString(text, index)
      if (isFollowedByColon(text, end)) addKey(open.at(-1), text.slice(index, end), where)
      index = end
      continue
    }
    if (character === '{' || character === '[') open.push(new Set())
    if (character === '}' || character === ']') open.pop()
    if (open.length > DEEPEST_LEVEL) {
      throw new ModelFileError(
        `${where}: expected at most ${DEEPEST_LEVEL} levels of nesting, got more at character ${index}. ${ADVICE}`,
      )
    }
    index++
  }
}

/** The place after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let index = start + 1
  while (text[index] !== '"') index += text[index] === '\\' ? 2 : 1
  return index + 1
}

function isFollowedByColon(text: string, start: number): boolean {
  let index = start
  while (text[index] === ' ' || text[index] === '\n' || text[index] === '\r' || text[index] === '\t') index++
  return text[index] === ':'
}

function addKey(keys: Set<string> | undefined, literal: string, where: string): void {
  // Parsed, since "a" and "\u0061" are the same key.
  const key = JSON.parse(literal) as string
  if (keys?.has(key)) throw new ModelFileError(`${where}: expected each key once, got ${shown(key)} twice. ${ADVICE}`)
  keys?.add(key)
}

/** Windows of whole lines over a text that comes in pieces: what is divided into tokens at one time. */
import type { ByteSource } from './byte-source.ts'
import { streamText } from './text-stream.ts'

/** A line that is longer than this is cut, so that a file without line ends needs no more memory than another. */
const LONGEST_LINE = 2 ** 17

/**
 * Cuts a text where lines end. Tokens never go beyond a line end, so those of the windows are those of the text,
 * however the pieces came.
 *
 * A line of more than 131,072 characters is cut before its last white space within them, or else after them: at the
 * same places however the pieces came.
 *
 * @returns  Windows of one line or more, with their line ends; the last may have none.
 */
export async function* lineWindows(
  pieces: AsyncIterable<string>,
  longestLine = LONGEST_LINE,
): AsyncGenerator<string, void> {
  let rest = ''
  for await (const piece of pieces) {
    const end = piece.lastIndexOf('\n') + 1
    if (end > 0) {
      yield* withoutLongLines(rest + piece.slice(0, end), longestLine)
      rest = ''
    }
    rest += piece.slice(end)
    while (rest.length > longestLine) {
      const cut = cutOf(rest, longestLine)
      yield rest.slice(0, cut)
      rest = rest.slice(cut)
    }
  }
  if (rest !== '') yield rest
}

/**
 * The windows of files, one after the other. A file that does not end with a line end gets one if another follows.
 *
 * @throws {DataError}   A file is damaged, binary, or not in its encoding.
 * @throws {OptionError} An encoding is unknown.
 */
export async function* textWindows(sources: readonly ByteSource[]): AsyncGenerator<string, void> {
  for (const [index, source] of sources.entries()) {
    let isOpen = false
    for await (const window of lineWindows(streamText(source))) {
      isOpen = !window.endsWith('\n')
      yield window
    }
    if (isOpen && index < sources.length - 1) yield '\n'
  }
}

function* withoutLongLines(window: string, longestLine: number): Generator<string, void> {
  if (window.length <= longestLine) {
    yield window
    return
  }
  let begin = 0
  let lineBegin = 0
  for (let end = window.indexOf('\n') + 1; end > 0; end = window.indexOf('\n', end) + 1) {
    if (end - lineBegin > longestLine) {
      if (lineBegin > begin) yield window.slice(begin, lineBegin)
      yield* partsOfLine(window.slice(lineBegin, end), longestLine)
      begin = end
    }
    lineBegin = end
  }
  if (begin < window.length) yield window.slice(begin)
}

function* partsOfLine(line: string, longestLine: number): Generator<string, void> {
  let rest = line
  while (rest.length > longestLine) {
    const cut = cutOf(rest, longestLine)
    yield rest.slice(0, cut)
    rest = rest.slice(cut)
  }
  yield rest
}

function cutOf(line: string, longest: number): number {
  for (let place = longest; place > 0; place--) if (isSpace(line.charCodeAt(place))) return place
  const isSecondHalf = (line.charCodeAt(longest) & 0xfc00) === 0xdc00
  return isSecondHalf && longest > 1 ? longest - 1 : longest
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x3000 || code === 0xa0
}

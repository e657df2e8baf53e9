/** Lines of a stream as they come, so that a text typed at the terminal is answered at once. */
import { DataError, OptionError } from '../errors/errors.ts'
import { shown } from '../errors/shown.ts'

/**
 * @param encoding  A name that `TextDecoder` knows. @default UTF-8
 * @returns         The lines that each piece of the stream completes, without their ends (LF, CRLF); the last one also
 *                  without an end. An empty line is a line.
 * @throws {DataError}   The bytes are not in the encoding; names the line.
 * @throws {OptionError} The encoding is unknown.
 */
export async function* textLines(
  stream: AsyncIterable<Uint8Array>,
  name: string,
  encoding: string | null,
): AsyncGenerator<readonly string[]> {
  const decoder = decoderOf(encoding ?? 'utf-8')
  let rest = ''
  let line = 1
  const decoded = (bytes?: Uint8Array): string => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode()
    } catch (cause) {
      throw new DataError(
        `${name}, at or after line ${line}: expected text in ${decoder.encoding}, got other bytes. ` +
          'Give its encoding, e.g. --encoding gb18030.',
        { cause },
      )
    }
  }
  for await (const bytes of stream) {
    const lines = (rest + decoded(bytes)).split('\n')
    rest = lines.pop() as string
    line += lines.length
    if (lines.length > 0) yield lines.map(withoutReturn)
  }
  rest += decoded()
  if (rest !== '') yield [withoutReturn(rest)]
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)

function decoderOf(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true })
  } catch (cause) {
    throw new OptionError(`encoding: expected a name such as utf-8 or gb18030, got ${shown(encoding)}.`, { cause })
  }
}

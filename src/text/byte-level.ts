/**
 * Byte-level pieces as GPT-2 has them: a piece is bytes of UTF-8, each written as one printable character, so that any
 * text can be divided with 256 pieces and no text is unknown.
 *
 * @see Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.2; `bytes_to_unicode` of
 *      its published encoder.
 */

/** Bytes that are written as themselves: printable ASCII and Latin-1 without the soft hyphen. */
function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
}

/** The character for each byte, [256]; the others are written as U+0100, U+0101, … in the order of the bytes. */
export const CHARACTER_OF_BYTE: readonly string[] = /* @__PURE__ */ characters()

const BYTE_OF_CHARACTER: ReadonlyMap<string, number> = /* @__PURE__ */ new Map(
  CHARACTER_OF_BYTE.map((character, byte) => [character, byte]),
)

/** The words within which pieces are merged: GPT-2's expression. */
const WORD = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

/** Divides a text into the words within which pieces are merged; joined they are the text. */
export function byteLevelWords(text: string): string[] {
  return text.match(WORD) ?? []
}

const encoder = /* @__PURE__ */ new TextEncoder()

/** The bytes of a text as a piece writes them. */
export function toByteCharacters(text: string): string {
  let written = ''
  for (const byte of encoder.encode(text)) written += CHARACTER_OF_BYTE[byte]
  return written
}

/**
 * The text of pieces. Bytes at the end that begin a character without ending it are left out until their rest comes;
 * bytes that are no UTF-8 read as U+FFFD. So the text begins with that of any beginning of the pieces.
 *
 * @param literal  Pieces that are text as they stand (`<|endoftext|>`).
 */
export function textOfPieces(pieces: readonly string[], literal: ReadonlySet<string>): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const bytes = pieces.flatMap(piece => (literal.has(piece) ? [...encoder.encode(piece)] : bytesOf(piece)))
  return decoder.decode(Uint8Array.from(bytes), { stream: true })
}

function bytesOf(piece: string): number[] {
  return Array.from(piece, character => BYTE_OF_CHARACTER.get(character) ?? [...encoder.encode(character)]).flat()
}

function characters(): string[] {
  let next = 0x100
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++))
}

/** From this length on engines keep a part of a string as a view of the whole. */
const LONGEST_COPIED = 12

/**
 * The same string, free of the text it was cut from: a word that is kept would otherwise keep the whole part of the
 * file that it stood in (V8's sliced strings).
 */
export function detached(part: string): string {
  return part.length > LONGEST_COPIED ? ` ${part}`.slice(1) : part
}

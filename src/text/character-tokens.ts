/** Characters as a reader counts them: a letter with its marks, or an emoji of several code points, is one. */

/**
 * Ranges in which each UTF-16 unit is a character by itself and none joins another: Latin, Greek, Cyrillic, Han, kana,
 * Hangul syllables, and their punctuation. No carriage return, since CR LF is one character.
 */
const EACH_ITS_OWN = new RegExp(
  '^[' +
    String.raw`\t\n\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u0482\u048a-\u052f` +
    String.raw`\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20c0\u3000-\u3029\u3041-\u3096\u309b-\u30ff` +
    String.raw`\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9d` +
    ']*$',
)

let segmenter: Intl.Segmenter | undefined

/** Splits a text into characters, white space included. */
export function splitCharacters(text: string): string[] {
  if (EACH_ITS_OWN.test(text)) return text.split('')
  return segmentCharacters(text)
}

/** The same by the platform's segmenter, for any text: extended grapheme clusters of Unicode Standard Annex 29. */
export function segmentCharacters(text: string): string[] {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' })
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** Splits a text into code points: the parts of an emoji or a letter's marks come one by one. */
export function splitCodePoints(text: string): string[] {
  return Array.from(text)
}

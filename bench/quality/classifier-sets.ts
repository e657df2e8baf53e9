/**
 * The sets that the classifier's quality is measured on, and how each is divided.
 *
 * `tune` is what defaults may be chosen by: it never touches a test part. `test` is scored once for each change of
 * defaults (docs/defaults.md).
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { divided, readSentences } from '../../examples/sentences.ts'
import { parseTable } from '../../src/data/parse-table.ts'
import type { LabelledText, TrainOptions } from '../../src/index.ts'

export interface Division {
  readonly name: string
  readonly training: readonly LabelledText[]
  readonly test: readonly LabelledText[]
}

export interface QualitySet {
  /** What its text needs, and nothing else. */
  readonly options: TrainOptions
  divisions(part: 'tune' | 'test'): Promise<Division[]>
}

const data = (): string => {
  const folder = process.env.SLUICE_DATA
  if (folder) return folder
  throw new Error('Set SLUICE_DATA to the folder of the data sets (see docs/quality.md).')
}

async function rows(file: string): Promise<{ label: string; fold: number; text: string }[]> {
  const table = await parseTable(readFileSync(join(data(), file)), { name: file })
  const column = (name: string) => table.columns.indexOf(name)
  const [label, fold, text] = ['label', 'fold', 'text'].map(column)
  return table.rows.map(row => ({ label: row[label], fold: fold < 0 ? -1 : Number(row[fold]), text: row[text] }))
}

/** Sets in ten folds: fold 0 is the test part; defaults are chosen on folds 5 to 9. */
const tenFolds = (file: string, options: TrainOptions): QualitySet => ({
  options,
  async divisions(part) {
    const all = await rows(file)
    const tests = part === 'test' ? [0] : [5, 7]
    return tests.map(fold => ({
      name: `fold ${fold}`,
      training: all.filter(r => r.fold !== fold && r.fold !== 0),
      test: all.filter(r => r.fold === fold),
    }))
  },
})

/** The Stanford treebank: published parts; defaults are chosen on dev. */
const treebank = (name: string, training: string): QualitySet => ({
  options: { tokens: 'space' },
  async divisions(part) {
    const test = await rows(`sentiment/sst/${name}.${part === 'test' ? 'test' : 'dev'}.tsv`)
    return [{ name: part === 'test' ? 'test' : 'dev', training: await rows(`sentiment/sst/${training}`), test }]
  },
})

export const qualitySets: Readonly<Record<string, QualitySet>> = {
  embedded: {
    options: {},
    async divisions(part) {
      const sentences = readSentences()
      return [0, 1, 2, 3, 4].map(fold => {
        const { training, test } = divided(sentences, fold)
        if (part === 'test') return { name: `fold ${fold}`, training, test }
        // A fifth of the training sentences, every fifth from the fold's number on: the test fold is not touched.
        const isKept = (k: number) => k % 5 !== fold
        return {
          name: `part of folds but ${fold}`,
          training: training.filter((_, k) => isKept(k)),
          test: training.filter((_, k) => !isKept(k)),
        }
      })
    },
  },
  mr: tenFolds('sentiment/mr/mr.tsv', { tokens: 'space' }),
  sst2: treebank('sst2', 'sst2.train.tsv'),
  'sst2-phrases': treebank('sst2', 'sst2.phrases.train.tsv.gz'),
  sst5: treebank('sst5', 'sst5.train.tsv'),
  hotel: tenFolds('zh-sentiment/chnsenticorp-hotel.tsv.gz', { tokens: 'character' }),
}

/** `sluice similar MODEL WORD` */
import { completeOptions } from '../../models/option-table.ts'
import { WordVectors } from '../../models/word-vectors/word-vectors.ts'
import { readModel } from '../../platform/node/index.ts'
import type { Invocation } from '../invocation.ts'
import { warn, writeWords } from '../similar-words.ts'
import { similarOptions } from '../word-vector-option-tables.ts'

export async function run(invocation: Invocation): Promise<void> {
  const [path, word] = invocation.operands
  const { top } = completeOptions('sluice similar', similarOptions, invocation.options)
  const vectors = await readModel(path, { kind: WordVectors })
  warn(vectors, invocation)
  await writeWords(vectors.similar(word, top), invocation)
}

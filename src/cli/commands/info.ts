/** `sluice info MODEL` */
import { LanguageModel } from '../../models/language-model.ts'
import { WordVectors } from '../../models/word-vectors/word-vectors.ts'
import type { ModelOrVectors } from '../../platform/node/index.ts'
import { readModelOrVectors } from '../../platform/node/index.ts'
import { classifierDocument, classifierFacts } from '../classifier-facts.ts'
import type { Invocation } from '../invocation.ts'
import { languageModelDocument, languageModelFacts } from '../language-model-facts.ts'
import { wordVectorsDocument, wordVectorsFacts } from '../word-vector-facts.ts'

export async function run({ operands: [path], isJson, terminal }: Invocation): Promise<void> {
  const model = await readModelOrVectors(path)
  for (const warning of model.warnings) terminal.warn(warning)
  const { document, lines } = told(model)
  await terminal.write(isJson ? `${JSON.stringify(document)}\n` : `${lines.join('\n')}\n`)
}

function told(model: ModelOrVectors): { document: unknown; lines: string[] } {
  if (model instanceof WordVectors) {
    const document = wordVectorsDocument(model)
    return { document, lines: wordVectorsFacts(document) }
  }
  if (model instanceof LanguageModel) {
    const document = languageModelDocument(model)
    return { document, lines: languageModelFacts(document) }
  }
  const document = classifierDocument(model)
  return { document, lines: classifierFacts(document) }
}

/** `sluice info MODEL` */
import { LanguageModel } from '../../models/language-model.ts'
import type { AnyModel } from '../../platform/node/index.ts'
import { readModel } from '../../platform/node/index.ts'
import { classifierDocument, classifierFacts } from '../classifier-facts.ts'
import type { Invocation } from '../invocation.ts'
import { languageModelDocument, languageModelFacts } from '../language-model-facts.ts'

export async function run({ operands: [path], isJson, terminal }: Invocation): Promise<void> {
  const model = await readModel(path)
  for (const warning of model.warnings) terminal.warn(warning)
  const { document, lines } = told(model)
  await terminal.write(isJson ? `${JSON.stringify(document)}\n` : `${lines.join('\n')}\n`)
}

function told(model: AnyModel): { document: unknown; lines: string[] } {
  if (model instanceof LanguageModel) {
    const document = languageModelDocument(model)
    return { document, lines: languageModelFacts(document) }
  }
  const document = classifierDocument(model)
  return { document, lines: classifierFacts(document) }
}

/** A page that trains a text classifier and predicts. */
import { type LabelledText, TextClassifier } from '../../src/index.ts'

export async function answer(examples: readonly LabelledText[], text: string): Promise<string> {
  const model = await TextClassifier.train(examples, { cell: 'lstm', hidden: 64 })
  return model.predict(text).label
}

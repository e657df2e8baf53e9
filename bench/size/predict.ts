/** A page that loads a text classifier and predicts. */
import { TextClassifier } from '../../src/index.ts'

export async function answer(url: string, text: string): Promise<string> {
  const response = await fetch(url)
  const model = TextClassifier.fromBytes(new Uint8Array(await response.arrayBuffer()))
  return model.predict(text).label
}

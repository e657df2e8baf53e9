/** Words and similarities: as JSON, and for the eye. */
import type { SimilarWord, WordVectors } from '../models/word-vectors/word-vectors.ts'
import { aligned, onOneLine } from './aligned.ts'
import type { Invocation } from './invocation.ts'

export async function writeWords(words: readonly SimilarWord[], { isJson, terminal }: Invocation): Promise<void> {
  if (isJson) return await terminal.write(`${JSON.stringify({ words })}\n`)
  if (words.length === 0) return
  const rows = words.map(({ word, similarity }) => [onOneLine(word), similarity.toFixed(3)])
  await terminal.write(`${aligned(rows).join('\n')}\n`)
}

export function warn({ warnings }: WordVectors, { terminal }: Invocation): void {
  for (const warning of warnings) terminal.warn(warning)
}

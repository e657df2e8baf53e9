/** `sluice evaluate` with word vectors: similarity of words, or analogies. */
import { streamText } from '../data/text-stream.ts'
import type { AnalogyJudgement, SimilarityJudgement } from '../models/word-vectors/word-judgement.ts'
import { parseWordQuestions } from '../models/word-vectors/word-questions.ts'
import type { WordVectors } from '../models/word-vectors/word-vectors.ts'
import { fileSource } from '../platform/node/index.ts'
import { aligned, facts, onOneLine } from './aligned.ts'
import type { Invocation } from './invocation.ts'
import { counted, countOf, percent } from './numbers.ts'

type Wishes = Pick<Invocation, 'isJson' | 'terminal' | 'signal'> & { readonly encoding: string | null }

export async function judgeVectors(
  vectors: WordVectors,
  file: string,
  { isJson, terminal, signal, encoding }: Wishes,
): Promise<void> {
  let text = ''
  for await (const piece of streamText(fileSource(file, encoding ?? undefined))) text += piece
  const judgement = await vectors.evaluate(parseWordQuestions(text, file), { signal })
  if (isJson) return await terminal.write(`${JSON.stringify(judgement)}\n`)
  const lines = 'pairs' in judgement ? similarityReport(judgement) : analogyReport(judgement)
  await terminal.write(`${lines.join('\n')}\n`)
}

function similarityReport({ pairs, covered, coverage, spearman }: SimilarityJudgement): string[] {
  return facts([
    ['spearman', spearman === null ? 'none: too few pairs' : spearman.toFixed(4)],
    ['coverage', `${percent(coverage)}: ${counted(covered)} of ${countOf(pairs, 'pair')}`],
  ])
}

function analogyReport({ questions, covered, coverage, accuracy, sections }: AnalogyJudgement): string[] {
  const share = (value: number | null) => (value === null ? '' : percent(value))
  const rows = sections.map(one => [
    onOneLine(one.section),
    counted(one.questions),
    counted(one.covered),
    share(one.accuracy),
  ])
  return [
    ...facts([
      ['accuracy', accuracy === null ? 'none: no question is covered' : percent(accuracy)],
      ['coverage', `${percent(coverage)}: ${counted(covered)} of ${countOf(questions, 'question')}`],
    ]),
    '',
    ...aligned([['section', 'questions', 'covered', 'accuracy'], ...rows]),
  ]
}

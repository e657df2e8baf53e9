/** Files that word vectors are judged by: pairs of words with a score, or questions "a is to b as c is to d". */
import { DataError } from '../../errors/errors.ts'
import { shown } from '../../errors/shown.ts'

export interface WordPair {
  readonly a: string
  readonly b: string
  /** What people said. */
  readonly score: number
}

export interface AnalogySection {
  readonly name: string
  /** a, b, c, d. */
  readonly questions: readonly (readonly [string, string, string, string])[]
}

export type WordQuestions =
  | { readonly kind: 'similarity'; readonly pairs: readonly WordPair[] }
  | { readonly kind: 'analogy'; readonly sections: readonly AnalogySection[] }

/**
 * Reads such a file. Either lines of two words and a number, with tabs, commas, semicolons or spaces between
 * (WordSim-353); the first may be a header, and tell which of many columns has the score (SimLex-999). Or lines of four
 * words, with lines `: name` before each section (Google's questions).
 *
 * @param name  For messages.
 * @throws {DataError} it is neither; names the line.
 */
export function parseWordQuestions(text: string, name: string): WordQuestions {
  const lines = text
    .split('\n')
    .map((line, k) => ({ line: line.trim(), number: k + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
  if (lines.length === 0) throw new DataError(`${name}: expected pairs of words or questions, got nothing.`)
  const isAnalogy = lines[0].line.startsWith(':') || (fieldsOf(lines[0].line).length === 4 && !isHeader(lines[0].line))
  return isAnalogy
    ? { kind: 'analogy', sections: sectionsOf(lines, name) }
    : { kind: 'similarity', pairs: pairsOf(lines, name) }
}

interface Line {
  readonly line: string
  readonly number: number
}

const fieldsOf = (line: string): string[] => line.split(line.includes('\t') ? /\t/ : /[,;\s]\s*/).map(f => f.trim())

const isHeader = (line: string): boolean => fieldsOf(line).some(field => SCORE.test(field))

const isPair = (line: string): boolean => fieldsOf(line).length === 3 && isNumber(fieldsOf(line)[2])

const isNumber = (text: string): boolean => text !== '' && Number.isFinite(Number(text))

/** What the column of scores is called in files that have others besides. */
const SCORE = /^(?:score|similarity|simlex999|human.*)$/i

function pairsOf(lines: readonly Line[], name: string): WordPair[] {
  const [first, ...rest] = lines
  const hasHeader = !isPair(first.line)
  const header = fieldsOf(first.line)
  const named = hasHeader ? header.findIndex(field => SCORE.test(field)) : -1
  const column = Math.max(named, 2)
  const width = named >= 2 ? header.length : 3
  const pairs = hasHeader ? rest : lines
  if (pairs.length === 0) throw unlike(first, name, 'two words and a number')
  return pairs.map(line => {
    const fields = fieldsOf(line.line)
    const [a, b] = fields
    if (fields.length !== width || !isNumber(fields[column]) || a === '' || b === '') {
      throw unlike(line, name, 'two words and a number')
    }
    return { a, b, score: Number(fields[column]) }
  })
}

function sectionsOf(lines: readonly Line[], name: string): AnalogySection[] {
  const sections: { name: string; questions: (readonly [string, string, string, string])[] }[] = []
  for (const { line, number } of lines) {
    if (line.startsWith(':')) {
      sections.push({ name: line.slice(1).trim(), questions: [] })
      continue
    }
    const words = fieldsOf(line)
    if (words.length !== 4) throw unlike({ line, number }, name, 'four words, or ": " and a section')
    if (sections.length === 0) sections.push({ name: '', questions: [] })
    sections[sections.length - 1].questions.push(words as [string, string, string, string])
  }
  return sections
}

const unlike = ({ line, number }: Line, name: string, expected: string): DataError =>
  new DataError(
    `${name}, line ${number}: expected ${expected}, got ${shown(line)}. ` +
      'Give pairs with a score (WordSim-353) or questions of four words (Google).',
  )

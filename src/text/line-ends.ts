/** A line end as a token of its own, as the Penn Treebank's language models have `<eos>`. */

/** Divides and joins texts in one way. */
export interface TokenMethods {
  split(text: string): string[]
  join(tokens: readonly string[]): string
}

/** The same methods, for whole texts in which each line end is the token. */
export function withLineEnds({ split, join }: TokenMethods, lineEnd: string): TokenMethods {
  return {
    split: text => text.split('\n').flatMap((line, index) => (index === 0 ? split(line) : [lineEnd, ...split(line)])),
    join: tokens => {
      let text = ''
      let begin = 0
      for (let end = tokens.indexOf(lineEnd); end !== -1; end = tokens.indexOf(lineEnd, begin)) {
        text += `${join(tokens.slice(begin, end))}\n`
        begin = end + 1
      }
      return text + join(tokens.slice(begin))
    },
  }
}

/** What is used of `@huggingface/tokenizers`; its own declarations leave out the file endings that Node asks for. */
declare module '@huggingface/tokenizers' {
  export class Tokenizer {
    /** @param document  A `tokenizer.json`, parsed. @param config  A `tokenizer_config.json`, parsed. */
    constructor(document: object, config: object)
    tokenize(text: string): string[]
  }
}

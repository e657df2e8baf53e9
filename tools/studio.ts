/**
 * `npm run studio`: the studio on the model that `npm start` makes; without one it says how to make it, and opens all
 * the same, for a file to be dropped on it.
 *
 *   node tools/studio.ts [OPTION…]      those of `sluice studio`
 */
import { existsSync } from 'node:fs'

const MODEL = 'out/sentiment.safetensors'

const options = process.argv.slice(2)
const hasModel = existsSync(MODEL)
if (!hasModel) process.stderr.write(`There is no ${MODEL} yet: \`npm start\` makes it in a few minutes.\n`)
process.argv.splice(2, options.length, 'studio', ...(hasModel ? [MODEL] : []), ...options)
await import('../src/cli/main.ts')

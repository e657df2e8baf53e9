/**
 * All checks that run no test: types, lint and format, directions of imports, sizes. The first failure ends it, and the
 * last line names the check and what to do.
 */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')

const CHECKS = [
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'], remedy: 'mend the types' },
  {
    name: 'types of the folders that run anywhere (no Node, no page)',
    command: ['tsc', '-p', 'tsconfig.core.json'],
    remedy: 'move what needs Node or a page to src/platform',
  },
  {
    name: 'types of the studio (a page and its worker)',
    command: ['tsc', '-p', 'studio/tsconfig.json'],
    remedy: 'mend the types',
  },
  {
    name: 'lint and format',
    command: ['biome', 'ci', '--error-on-warnings', '--colors=off'],
    remedy: '`npm run format` mends most of it',
  },
  {
    name: 'directions of imports',
    command: ['node', 'tools/check-imports.ts'],
    remedy: 'see docs/decisions/0003-checks-of-our-own.md',
  },
  { name: 'sizes and names of files', command: ['node', 'tools/check-sizes.ts'], remedy: 'split or rename the file' },
]

for (const { name, command, remedy } of CHECKS) {
  const start = performance.now()
  const [program = '', ...programArguments] = command
  const { status, error } = spawnSync(program, programArguments, {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) {
    process.stderr.write(`check failed: ${name}${error ? ` (${error.message})` : ''}. What to do: ${remedy}.\n`)
    process.exit(1)
  }
  process.stderr.write(`ok  ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)\n`)
}

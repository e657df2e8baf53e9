import type { View } from '../shell/views.ts'

export const view: View = {
  name: 'walk',
  title: { en: 'Walk', zh: '逐步' },
  about: { en: 'the cell, step by step, with its numbers', zh: '一步一步看细胞，每个数都在' },
  tasks: ['classifier', 'language-model'],
  load: () => import('./page.tsx'),
}

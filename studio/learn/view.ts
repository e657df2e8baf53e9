import type { View } from '../shell/views.ts'

export const view: View = {
  name: 'learn',
  title: { en: 'Learn', zh: '学习' },
  about: { en: 'nine chapters, each with pieces that compute', zh: '九章，每一章都有能计算的图' },
  tasks: null,
  load: () => import('./page.tsx'),
}

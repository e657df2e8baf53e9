import type { View } from '../shell/views.ts'

export const view: View = {
  name: 'words',
  title: { en: 'Words', zh: '词' },
  about: { en: 'word vectors: neighbours, analogies, a map', zh: '词向量：近邻、类比、地图' },
  tasks: null,
  load: () => import('./page.tsx'),
}

import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'

export default defineConfig({
  main: {
    build: {
      externalizeDeps: true,
      rolldownOptions: {
        input: {
          index: 'src/main/index.ts',
          'image-worker': 'src/main/image-worker.ts',
          'training-worker': 'src/main/training-worker.ts',
        },
      },
    },
  },
  preload: {
    build: { rolldownOptions: { input: { index: 'src/main/preload.ts' }, output: { format: 'cjs', entryFileNames: '[name].cjs' } } },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [svelte()],
    build: { rolldownOptions: { input: 'src/renderer/index.html' } },
  },
})

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The edge that `vite` (development) talks to. */
const edge = 'https://127.0.0.1:8443';

export default defineConfig({
  plugins: [react()],
  server: { host: '127.0.0.1', proxy: { '/desk': { target: edge, secure: false } } },
  build: {
    target: 'es2023',
    // The edge's Content-Security-Policy lets scripts come only from files.
    assetsInlineLimit: 0,
    rolldownOptions: {
      treeshake: {
        // Of the shared language the page needs types; its modules do nothing when they are loaded.
        moduleSideEffects: (id) => !/[\\/](?:shared[\\/]src|typebox)[\\/]/.test(id),
      },
    },
  },
});

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The controller that `vite` (development) talks to. */
const controller = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  server: { host: '127.0.0.1', proxy: { '/api': { target: controller } } },
  build: {
    target: 'es2023',
    // No inlined assets: the controller's Content-Security-Policy lets scripts come only from files.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      treeshake: {
        // Of the shared language most pages need only types; its modules do nothing when they are loaded.
        moduleSideEffects: (id) => !/[\\/](?:shared[\\/]src|typebox)[\\/]/.test(id),
      },
    },
  },
});

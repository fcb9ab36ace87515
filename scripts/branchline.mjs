#!/usr/bin/env node
// The `branchline` command as a program: what `npm run branchline -- …` does, from any folder.
process.env['INIT_CWD'] = process.cwd();
process.argv.splice(2, 0, 'branchline');
await import('./launch.mjs');

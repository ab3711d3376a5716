// F7: what 1,000 deployed functions cost that nobody calls.
import { create, startAloft } from './lib/aloft.mjs';
import { descendants, residentMb, table } from './lib/measure.mjs';

const rest = () => new Promise(done => setTimeout(done, 8000));
const aloft = await startAloft();
const state = () => ({ processes: descendants(aloft.pid).length, memory: residentMb(aloft.pid) });

for (let n = 0; n < 50; n++) await create(aloft, `exports.handler = async () => -${n};`); // what any work brings into memory
await rest();
const before = state();
const began = performance.now();
for (let n = 0; n < 1000; n++) await create(aloft, `exports.handler = async () => ${n};`);
const took = performance.now() - began;
await rest();
const after = state();
await aloft.stop();

table(
  ['', 'processes', 'resident MB'],
  ['before', before.processes, before.memory.toFixed(1)],
  ['with 1,000 more functions', after.processes, after.memory.toFixed(1)],
);
console.log(`deployed in ${(took / 1000).toFixed(1)} s`);
console.log(`${after.processes - before.processes} processes and ${(after.memory - before.memory).toFixed(1)} MB more (promise: 0 processes, 20 MB)`);

// F7: what 1,000 deployed functions cost that nobody calls.
import { create, startAloft } from './lib/aloft.mjs';
import { descendants, pause, quick, residentMb, table } from './lib/measure.mjs';

const count = quick ? 50 : 1000;
const aloft = await startAloft();
async function atRest() {
  await pause(quick ? 1000 : 6000);
  return { processes: descendants(aloft.pid).length, memory: residentMb(aloft.pid) };
}

for (let n = 0; n < 50; n++) await create(aloft, `exports.handler = async () => -${n};`); // what any work brings into memory
const before = await atRest();
const began = performance.now();
for (let n = 0; n < count; n++) await create(aloft, `exports.handler = async () => ${n};`);
const took = performance.now() - began;
const after = await atRest();
await aloft.stop();

table(
  ['', 'processes', 'resident MB'],
  ['before', before.processes, before.memory.toFixed(1)],
  [`with ${count} more functions`, after.processes, after.memory.toFixed(1)],
);
console.log(`deployed in ${(took / 1000).toFixed(1)} s`);
console.log(`${after.processes - before.processes} processes and ${(after.memory - before.memory).toFixed(1)} MB more (promise: 0 processes, 20 MB)`);

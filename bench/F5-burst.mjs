// F5: fifty simultaneous first calls to a new function, each of which needs an instance of its own for 100 ms.
import { create, instances, invoke, remove, startAloft } from './lib/aloft.mjs';
import { median, pause, rounds, table } from './lib/measure.mjs';

const source = 'exports.handler = async () => { await new Promise(done => setTimeout(done, 100)); return "here"; };';
const aloft = await startAloft();
const results = [];
for (let round = 0; round < rounds; round++) {
  await pause(2000); // the standbys are at rest
  const name = await create(aloft, source, { memory: 128 });
  const began = performance.now();
  const answers = await Promise.all(Array.from({ length: 50 }, () => invoke(aloft, name)));
  const took = performance.now() - began;
  if (answers.some(answer => String(answer.body) !== '"here"')) throw new Error('Not all were answered.');
  results.push({ took, used: await instances(aloft, name) });
  await remove(aloft, name);
}
await aloft.stop();

table(['50 first calls at once', 'all answered, ms', 'instances'], ...results.map(({ took, used }, round) => [`round ${round + 1}`, took.toFixed(0), used]));
console.log(`all answered within ${(median(results.map(one => one.took)) / 1000).toFixed(2)} s (promise: 3 s)`);

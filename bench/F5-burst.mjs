// F5: fifty simultaneous first calls to a new function, each of which needs an instance of its own for 100 ms.
import { create, invoke, startAloft } from './lib/aloft.mjs';
import { median, rounds, table } from './lib/measure.mjs';

const source = 'exports.handler = async () => { await new Promise(done => setTimeout(done, 100)); return "here"; };';
const aloft = await startAloft();
const times = [];
for (let round = 0; round < rounds; round++) {
  const name = await create(aloft, source, { memory: 128 });
  const began = performance.now();
  const answers = await Promise.all(Array.from({ length: 50 }, () => invoke(aloft, name)));
  times.push(performance.now() - began);
  if (answers.some(answer => String(answer.body) !== '"here"')) throw new Error('Not all were answered.');
  await new Promise(done => setTimeout(done, 2000)); // the pool comes to rest
}
await aloft.stop();

table(['50 first calls at once', 'all answered, ms'], ...times.map((time, round) => [`round ${round + 1}`, time.toFixed(0)]));
console.log(`all answered within ${(median(times) / 1000).toFixed(2)} s (promise: 3 s)`);

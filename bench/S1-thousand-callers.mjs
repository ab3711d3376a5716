// S1: a thousand simultaneous callers of a new function, each of which is to be answered: one that answers at once, and one that keeps an
// instance for a second.
import { create, instances, invoke, remove, startAloft } from './lib/aloft.mjs';
import { median, pause, quick, table } from './lib/measure.mjs';

const callers = quick ? 100 : 1000;
const sources = {
  'answers at once': 'exports.handler = async event => event;',
  'keeps an instance for 1 s': 'exports.handler = async event => { await new Promise(done => setTimeout(done, 1000)); return event; };',
};
const aloft = await startAloft();
const rows = [];
const slowest = {};
for (const [kind, source] of Object.entries(sources)) {
  slowest[kind] = [];
  for (let round = 1; round <= (quick ? 1 : 3); round++) {
    await pause(3000); // the standbys are at rest
    const name = await create(aloft, source, { memory: 128, timeout: 60 });
    const began = performance.now();
    const took = await Promise.all(Array.from({ length: callers }, async (_, caller) => {
      const { status, body } = await invoke(aloft, name, String(caller));
      if (status !== 200 || String(body) !== String(caller)) throw new Error(`${kind}, caller ${caller}: ${status} ${body}`);
      return (performance.now() - began) / 1000;
    }));
    slowest[kind].push(Math.max(...took));
    rows.push([`${kind}, round ${round}`, median(took).toFixed(2), Math.max(...took).toFixed(2), await instances(aloft, name)]);
    await remove(aloft, name);
  }
}
await aloft.stop();

table([`${callers} callers at once`, 'p50 s', 'all answered, s', 'instances'], ...rows);
console.log(`all of ${callers} callers answered: ${Object.entries(slowest).map(([kind, all]) => `${kind}: within ${median(all).toFixed(1)} s`).join(', ')}`);

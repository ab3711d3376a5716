// S2: ten and fifty times as many callers as there are processors, for a function that computes: throughput against as many callers as processors.
import { availableParallelism } from 'node:os';
import { create, instances, invoke, remove, startAloft } from './lib/aloft.mjs';
import { median, pause, quick, table } from './lib/measure.mjs';

const milliseconds = quick ? 2000 : 15_000;
const source = `
const compute = rounds => { let sum = 0; for (let i = 0; i < rounds; i++) sum = (sum * 31 + i) % 1000003; return sum; };
exports.handler = async () => compute(10_000_000);`;
const aloft = await startAloft();

/** Callers who call again as soon as they are answered; the last answers count, too. */
async function answersPerSecond(name, callers) {
  const took = [];
  const began = performance.now();
  await Promise.all(Array.from({ length: callers }, async () => {
    while (performance.now() - began < milliseconds) {
      const called = performance.now();
      const { status, headers } = await invoke(aloft, name);
      if (status !== 200 || headers['x-amz-function-error']) throw new Error(`${callers} callers: ${status} ${headers['x-amz-function-error']}`);
      took.push(performance.now() - called);
    }
  }));
  return { perSecond: (took.length * 1000) / (performance.now() - began), p50: median(took) / 1000, slowest: Math.max(...took) / 1000 };
}

const rows = [];
const rates = {};
for (const times of [1, 10, 50]) {
  const name = await create(aloft, source, { memory: 256, timeout: 120 });
  await invoke(aloft, name);
  await pause(2000); // the standbys are at rest
  const callers = times * availableParallelism();
  const { perSecond, p50, slowest } = await answersPerSecond(name, callers);
  rates[times] = perSecond;
  rows.push([`${callers} callers`, perSecond.toFixed(1), p50.toFixed(2), slowest.toFixed(2), await instances(aloft, name)]);
  await remove(aloft, name);
}
await aloft.stop();

table(['a function that computes', 'answers/s', 'p50 s', 'slowest s', 'instances'], ...rows);
const ratio = times => (rates[times] / rates[1]).toFixed(2);
console.log(`throughput under 10 times the load: ${ratio(10)}, under 50 times: ${ratio(50)} (promise: at least 0.8 under 10 times)`);

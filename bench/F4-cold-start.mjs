// F4: cold start as a client sees it: the first call to a function that was never called, against booting the same interpreter on demand.
import { create, invoke, startAloft } from './lib/aloft.mjs';
import { median, percentile, table } from './lib/measure.mjs';
import { onDemand } from './lib/on-demand.mjs';

const samples = Number(process.env.BENCH_SAMPLES ?? 100);
const languages = {
  node: { runtime: 'nodejs20.x', source: 'exports.handler = async () => "hello";' },
  python: { runtime: 'python3.11', source: 'def handler(event, context):\n    return "hello"\n' },
};
const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));

const aloft = await startAloft();
const cold = {}, boots = {};
for (const [language, { runtime, source }] of Object.entries(languages)) {
  const contestant = onDemand(language);
  cold[language] = [];
  boots[language] = [];
  for (let sample = -10; sample < samples; sample++) {
    const name = await create(aloft, source, { runtime });
    await pause(60); // a standby is refilled behind the one before
    const began = performance.now();
    const answer = await invoke(aloft, name);
    const took = performance.now() - began;
    if (String(answer.body) !== '"hello"') throw new Error(`${language}: ${answer.body}`);
    if (sample >= 0) cold[language].push(took);
    if (sample >= 0 && sample % 4 === 0) boots[language].push(await contestant.boot());
  }
}
await aloft.stop();

table(
  ['first answer, ms', 'p50', 'p90', 'p99', 'samples'],
  ...Object.keys(languages).flatMap(language => [
    [`Aloft, ${language}`, cold[language]],
    [`booted on demand, ${language}`, boots[language]],
  ]).map(([name, values]) => [name, ...[50, 90, 99].map(percent => percentile(values, percent).toFixed(1)), values.length]),
);
const ratios = Object.keys(languages).map(language => `${(median(boots[language]) / median(cold[language])).toFixed(1)} (${language})`);
console.log(`times faster than booting on demand: ${ratios.join(', ')} (promise: p50 8 ms, p99 30 ms, 10 times)`);

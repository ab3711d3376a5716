// F4: cold start as a client sees it: the first call to a function that was never called, against booting the same interpreter on demand
// in a container that is created for the call (by the OCI runtime itself, with nothing of Aloft: the least that on demand can cost).
import { create, invoke, remove, startAloft } from './lib/aloft.mjs';
import { median, pause, percentile, quick, table } from './lib/measure.mjs';
import { onDemand } from './lib/on-demand.mjs';

const samples = quick ? 4 : 80;
const warmUps = quick ? 1 : 10;
const languages = {
  node: { runtime: 'nodejs20.x', source: 'exports.handler = async () => "hello";' },
  python: { runtime: 'python3.11', source: 'def handler(event, context):\n    return "hello"\n' },
};

const aloft = await startAloft();
const cold = {}, boots = {};
for (const [language, { runtime, source }] of Object.entries(languages)) {
  const contestant = onDemand(language);
  cold[language] = [];
  boots[language] = [];
  for (let sample = -warmUps; sample < samples; sample++) {
    const name = await create(aloft, source, { runtime });
    await pause(150); // calls that come apart: the standby that the one before took has been replaced
    const began = performance.now();
    const answer = await invoke(aloft, name);
    const took = performance.now() - began;
    if (String(answer.body) !== '"hello"') throw new Error(`${language}: ${answer.body}`);
    await remove(aloft, name);
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
const figures = Object.keys(languages).map(language => {
  const [p50, p99] = [50, 99].map(percent => percentile(cold[language], percent).toFixed(1));
  return `${language} p50 ${p50} ms, p99 ${p99} ms, ${(median(boots[language]) / median(cold[language])).toFixed(1)} times faster than on demand`;
});
console.log(`${figures.join('; ')} (promise: 8 ms, 30 ms, 10 times)`);

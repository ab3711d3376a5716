// F1: warm invocations/s through a function URL, 16 connections, small JSON, against a bare node:http server doing the same work.
import { create, createUrl, instances, startAloft } from './lib/aloft.mjs';
import { compare } from './lib/measure.mjs';
import { request, startBare, urlHandler } from './lib/work.mjs';

const bare = await startBare();
const aloft = await startAloft();
const name = await create(aloft, urlHandler);
const url = await createUrl(aloft, name);
const load = { headers: { 'content-type': 'application/json' }, body: request };

const medians = await compare(16, {
  'bare node:http': () => [bare.url, load],
  'Aloft, function URL': () => [url, load],
});
const workers = await instances(aloft, name);
await aloft.stop();
bare.stop();

const ratio = medians['Aloft, function URL'].perSecond / medians['bare node:http'].perSecond;
console.log(`ratio to bare node:http: ${ratio.toFixed(2)} with ${workers} Node worker${workers === 1 ? '' : 's'} (promise: at least 0.7 with 1)`);

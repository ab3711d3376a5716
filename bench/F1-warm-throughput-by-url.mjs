// F1: warm invocations/s through a function URL, 16 connections, small JSON, against a bare node:http server doing the same work.
import { create, createUrl, startAloft } from './lib/aloft.mjs';
import { alternate, median, table, wrk } from './lib/measure.mjs';
import { request, startBare, urlHandler } from './lib/work.mjs';

const bare = await startBare();
const aloft = await startAloft();
const url = await createUrl(aloft, await create(aloft, urlHandler));
const load = { method: 'POST', headers: { 'content-type': 'application/json' }, body: request };

const results = await alternate({
  'bare node:http': ({ warmUp }) => wrk(bare.url, { ...load, duration: warmUp ? 2 : undefined }),
  'Aloft, function URL': ({ warmUp }) => wrk(url, { ...load, duration: warmUp ? 5 : undefined }),
});

const rate = name => median(results[name].map(one => one.perSecond));
table(
  ['16 connections', 'requests/s', 'p50 ms', 'p99 ms'],
  ...Object.keys(results).map(name => [
    name, rate(name).toFixed(0), median(results[name].map(one => one.p50)).toFixed(2), median(results[name].map(one => one.p99)).toFixed(2),
  ]),
);
console.log(`ratio to bare node:http: ${(rate('Aloft, function URL') / rate('bare node:http')).toFixed(2)} (promise: at least 0.7)`);
await aloft.stop();
bare.stop();

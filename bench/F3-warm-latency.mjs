// F3: warm latency on one connection, through a function URL and the Invoke API, against a bare node:http server.
import { create, createUrl, functions, signed, startAloft } from './lib/aloft.mjs';
import { alternate, median, table, wrk } from './lib/measure.mjs';
import { handler, request, startBare, urlHandler } from './lib/work.mjs';

const bare = await startBare();
const aloft = await startAloft();
const url = await createUrl(aloft, await create(aloft, urlHandler));
const path = `${functions}/${await create(aloft, handler)}/invocations`;
const load = { connections: 1, method: 'POST', body: request };

const results = await alternate({
  'bare node:http': () => wrk(bare.url, load),
  'Aloft, function URL': () => wrk(url, load),
  'Aloft, Invoke API': () => wrk(new URL(path, aloft.endpoint), { ...load, headers: signed(aloft.endpoint, { method: 'POST', path, body: request }) }),
});

const middle = (name, figure) => median(results[name].map(one => one[figure]));
const ratio = name => (middle(name, 'p50') / middle('bare node:http', 'p50')).toFixed(2);
table(
  ['1 connection', 'p50 ms', 'p99 ms', 'p50 ratio'],
  ...Object.keys(results).map(name => [name, middle(name, 'p50').toFixed(3), middle(name, 'p99').toFixed(3), ratio(name)]),
);
console.log(`p50 against bare node:http: ${ratio('Aloft, function URL')} by URL, ${ratio('Aloft, Invoke API')} by API (promise: at most 3)`);
await aloft.stop();
bare.stop();

// F3: warm latency on one connection, through a function URL and the Invoke API, against a bare node:http server.
import { create, createUrl, functions, signed, startAloft } from './lib/aloft.mjs';
import { compare } from './lib/measure.mjs';
import { handler, request, startBare, urlHandler } from './lib/work.mjs';

const bare = await startBare();
const aloft = await startAloft();
const url = await createUrl(aloft, await create(aloft, urlHandler));
const headers = { 'content-type': 'application/json' };
const path = `${functions}/${await create(aloft, handler)}/invocations`;

const medians = await compare(1, {
  'bare node:http': () => [bare.url, { headers, body: request }],
  'Aloft, function URL': () => [url, { headers, body: request }],
  'Aloft, Invoke API': () => [new URL(path, aloft.endpoint), { body: request, headers: signed(aloft, { method: 'POST', path, headers, body: request }) }],
});
await aloft.stop();
bare.stop();

const ratio = name => (medians[name].p50 / medians['bare node:http'].p50).toFixed(2);
console.log(`p50 against bare node:http: ${ratio('Aloft, function URL')} by URL, ${ratio('Aloft, Invoke API')} by API (promise: at most 3)`);

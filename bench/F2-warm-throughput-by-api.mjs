// F2: warm invocations/s through the Invoke API, Signature Version 4 verified, against a bare node:http server doing the same work.
import { create, functions, issuedCredentials, send, signed, startAloft } from './lib/aloft.mjs';
import { alternate, median, table, wrk } from './lib/measure.mjs';
import { handler, request, startBare } from './lib/work.mjs';

const bare = await startBare();
const aloft = await startAloft();
const path = `${functions}/${await create(aloft, handler)}/invocations`;
const credentials = await issuedCredentials(aloft);

/** Signed anew for each measurement: a signature is valid for five minutes. */
function load() {
  const headers = signed(aloft.endpoint, { method: 'POST', path, headers: { 'content-type': 'application/json' }, body: request, credentials });
  return { method: 'POST', headers, body: request };
}

const forged = await send(new URL(path, aloft.endpoint), { ...load(), body: request.replace('17', '18') });
if (forged.status !== 403) throw new Error(`A forged request was answered with ${forged.status}: signatures are not verified.`);

const results = await alternate({
  'bare node:http': ({ warmUp }) => wrk(bare.url, { method: 'POST', body: request, duration: warmUp ? 2 : undefined }),
  'Aloft, Invoke API': ({ warmUp }) => wrk(new URL(path, aloft.endpoint), { ...load(), duration: warmUp ? 5 : undefined }),
});

const rate = name => median(results[name].map(one => one.perSecond));
table(
  ['16 connections', 'requests/s', 'p50 ms', 'p99 ms'],
  ...Object.keys(results).map(name => [
    name, rate(name).toFixed(0), median(results[name].map(one => one.p50)).toFixed(2), median(results[name].map(one => one.p99)).toFixed(2),
  ]),
);
console.log(`ratio to bare node:http: ${(rate('Aloft, Invoke API') / rate('bare node:http')).toFixed(2)} (promise: at least 0.5)`);
await aloft.stop();
bare.stop();

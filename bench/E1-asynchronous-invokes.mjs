// E1: asynchronous invocations accepted durably per second, 64 connections; beside a bare node:http server that stores nothing.
import { create, functions, invoke, signed, startAloft } from './lib/aloft.mjs';
import { alternate, median, table, wrk } from './lib/measure.mjs';
import { handler, request, startBare } from './lib/work.mjs';

const bare = await startBare();
const aloft = await startAloft();
const name = await create(aloft, handler);
const path = `${functions}/${name}/invocations`;
await invoke(aloft, name, request);

function load() {
  const headers = signed(aloft.endpoint, { method: 'POST', path, headers: { 'x-amz-invocation-type': 'Event' }, body: request });
  return { connections: 64, method: 'POST', headers, body: request };
}

const results = await alternate({
  'bare node:http, storing nothing': ({ warmUp }) => wrk(bare.url, { connections: 64, method: 'POST', body: request, duration: warmUp ? 2 : undefined }),
  'Aloft, Event, durable': ({ warmUp }) => wrk(new URL(path, aloft.endpoint), { ...load(), duration: warmUp ? 3 : undefined }),
});

const rate = one => median(results[one].map(result => result.perSecond));
table(
  ['64 connections', 'accepted/s', 'p50 ms', 'p99 ms'],
  ...Object.keys(results).map(one => [
    one, rate(one).toFixed(0), median(results[one].map(result => result.p50)).toFixed(2), median(results[one].map(result => result.p99)).toFixed(2),
  ]),
);
console.log(`accepted durably: ${rate('Aloft, Event, durable').toFixed(0)}/s (promise: 5000/s)`);
await aloft.stop();
bare.stop();

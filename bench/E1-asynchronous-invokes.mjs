// E1: asynchronous invocations accepted durably per second, 64 connections; beside a bare node:http server that stores nothing.
import { create, functions, send, signed, startAloft } from './lib/aloft.mjs';
import { compare } from './lib/measure.mjs';
import { handler, request, startBare } from './lib/work.mjs';

const bare = await startBare();
const aloft = await startAloft();
const path = `${functions}/${await create(aloft, handler)}/invocations`;
const url = new URL(path, aloft.endpoint);
const load = () => ({ headers: signed(aloft, { method: 'POST', path, headers: { 'x-amz-invocation-type': 'Event' }, body: request }), body: request });

const { status } = await send(url, { method: 'POST', ...load() });
if (status !== 202) throw new Error(`An asynchronous invocation was answered with ${status}, not 202.`);

const medians = await compare(64, {
  'bare node:http, storing nothing': () => [bare.url, { body: request }],
  'Aloft, Event, durable': () => [url, load()],
});
await aloft.stop();
bare.stop();

console.log(`accepted durably: ${medians['Aloft, Event, durable'].perSecond.toFixed(0)}/s (promise: at least 5000/s)`);

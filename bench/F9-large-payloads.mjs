// F9: 6 MB in and out through the Invoke API, 20 MB streamed through a function URL, and a stream's first byte, one caller at a time,
// against a bare node:http server.
import { call, create, createUrl, functions, send, signed, startAloft } from './lib/aloft.mjs';
import { median, percentile, quick, table } from './lib/measure.mjs';
import { startBare } from './lib/work.mjs';

const times = quick ? 3 : 60;
const document = JSON.stringify({ text: 'x'.repeat(6_000_000) });
const streamer = `
const piece = Buffer.alloc(64 * 1024, 'x');
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  if (event.rawPath === '/first') {
    stream.write(String(Date.now()) + ' ' + process.hrtime.bigint() + '\\n');
    await new Promise(done => setTimeout(done, 20));
  } else {
    for (let left = 20_000_000; left > 0; left -= piece.length)
      if (!stream.write(left < piece.length ? piece.subarray(0, left) : piece)) await new Promise(drained => stream.once('drain', drained));
  }
  stream.end();
});`;

const bare = await startBare('baseline-large.js');
const aloft = await startAloft();
const echo = `${functions}/${await create(aloft, 'exports.handler = async event => event;')}/invocations`;
const streaming = await create(aloft, streamer);
const url = await createUrl(aloft, streaming);
await call(aloft, 'PUT', `/2021-10-31/functions/${streaming}/url`, { InvokeMode: 'RESPONSE_STREAM' });

const contestants = {
  '6 MB in and out, bare': () => send(new URL('/echo', bare.url), { method: 'POST', body: document }),
  '6 MB in and out, Aloft': () =>
    send(new URL(echo, aloft.endpoint), { method: 'POST', headers: signed(aloft, { method: 'POST', path: echo, body: document }), body: document }),
  '20 MB out, bare': () => send(bare.url),
  '20 MB out, Aloft': () => send(url),
};
const took = Object.fromEntries(Object.keys(contestants).map(name => [name, []]));
for (let round = 0; round < times + 5; round++)
  for (const [name, request] of Object.entries(contestants)) {
    const began = performance.now();
    const { status, body } = await request();
    const milliseconds = performance.now() - began;
    const expected = name.startsWith('6') ? document.length : 20_000_000;
    if (status !== 200 || body.length !== expected) throw new Error(`${name}: ${status}, ${body.length} bytes`);
    if (round >= 5) took[name].push(milliseconds);
  }

// The function writes its clock: the kernel's monotonic one, which this process shares.
const firsts = [];
for (let round = 0; round < times + 5; round++) {
  const answer = await fetch(new URL('first', url));
  const { value } = await answer.body.getReader().read();
  const arrived = process.hrtime.bigint();
  if (round >= 5) firsts.push(Number(arrived - BigInt(Buffer.from(value).toString().trim().split(' ')[1])) / 1e6);
  await answer.body?.cancel().catch(() => {});
}
await aloft.stop();
bare.stop();

table(['milliseconds', 'p50', 'p99'], ...Object.entries(took).map(([name, all]) => [name, median(all).toFixed(1), percentile(all, 99).toFixed(1)]),
  ['written to read, first byte', median(firsts).toFixed(2), percentile(firsts, 99).toFixed(2)]);
const ratio = name => (median(took[`${name}, bare`]) / median(took[`${name}, Aloft`])).toFixed(2);
console.log(`speed against bare node:http: ${ratio('6 MB in and out')} for 6 MB in and out, ${ratio('20 MB out')} for 20 MB streamed (promise: at least 0.33); first byte ${median(firsts).toFixed(2)} ms after its write (promise: 5)`);

// F2: warm invocations/s through the Invoke API, Signature Version 4 verified, against a bare node:http server doing the same work.
import { create, functions, instances, send, signed, startAloft } from './lib/aloft.mjs';
import { compare } from './lib/measure.mjs';
import { handler, request, startBare } from './lib/work.mjs';

const bare = await startBare();
const aloft = await startAloft({ credentials: { id: 'AKIABENCHMARKBENCHMA', secret: 'known to this benchmark and its node' } });
const name = await create(aloft, handler);
const path = `${functions}/${name}/invocations`;
const url = new URL(path, aloft.endpoint);

/** Signed anew for each measurement: a signature is valid for minutes. */
const load = (credentials = aloft.credentials) => {
  const asked = { method: 'POST', path, headers: { 'content-type': 'application/json' }, body: request };
  return { method: 'POST', headers: signed({ ...aloft, credentials }, asked), body: request };
};

const forgeries = {
  'another body': { ...load(), body: request.replace('17', '18') },
  'another secret': load({ ...aloft.credentials, secret: 'guessed' }),
  'no signature': { method: 'POST', body: request },
};
for (const [forgery, forged] of Object.entries(forgeries)) {
  const { status } = await send(url, forged);
  if (status !== 403) throw new Error(`A request with ${forgery} was answered with ${status}: signatures are not verified.`);
}

const medians = await compare(16, {
  'bare node:http': () => [bare.url, { body: request }],
  'Aloft, Invoke API': () => [url, load()],
});
const workers = await instances(aloft, name);
await aloft.stop();
bare.stop();

console.log(`refused with 403: ${Object.keys(forgeries).join(', ')}`);
const ratio = medians['Aloft, Invoke API'].perSecond / medians['bare node:http'].perSecond;
console.log(`ratio to bare node:http: ${ratio.toFixed(2)} with ${workers} Node worker${workers === 1 ? '' : 's'} (promise: at least 0.5 with 1)`);

// Answers that come piece by piece: InvokeWithResponseStream, function URLs that stream, CORS, AWS_IAM.
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import {
  CreateFunctionUrlConfigCommand, InvokeCommand, InvokeWithResponseStreamCommand, UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import { SignatureV4 } from '@smithy/signature-v4';
import { account, create, lambda, refused } from './_start.mjs';

const FunctionName = 'streamer';
await create(FunctionName, { zip: 'stream.zip' });

async function invoke(event, name = FunctionName) {
  const answer = await lambda.send(new InvokeWithResponseStreamCommand({ FunctionName: name, LogType: 'Tail', Payload: JSON.stringify(event) }));
  assert.deepEqual([answer.StatusCode, answer.ExecutedVersion], [200, '$LATEST']);
  const chunks = [];
  let complete;
  for await (const part of answer.EventStream) {
    assert.equal(complete, undefined, 'nothing comes after the end');
    if (part.PayloadChunk) chunks.push({ at: performance.now(), bytes: Buffer.from(part.PayloadChunk.Payload) });
    else complete = part.InvokeComplete;
  }
  return { chunks, complete, text: Buffer.concat(chunks.map(chunk => chunk.bytes)).toString() };
}

const slow = await invoke({ parts: 3, pause: 500 });
assert.deepEqual(slow.chunks.map(chunk => chunk.bytes.toString()), ['part 0\n', 'part 1\n', 'part 2\n']);
assert.ok(slow.chunks[2].at - slow.chunks[0].at > 200, 'the first came long before the last');
assert.equal(slow.complete.ErrorCode, undefined);
assert.match(Buffer.from(slow.complete.LogResult, 'base64').toString(), /REPORT RequestId/);

const broken = await invoke({ parts: 2, fail: true });
assert.equal(broken.text, 'part 0\npart 1\n');
assert.equal(broken.complete.ErrorCode, 'Unhandled');
assert.equal(JSON.parse(broken.complete.ErrorDetails).errorMessage, 'in mid-stream');

assert.equal((await invoke({ bytes: 20_000_000 })).text.length, 20_000_000);

const whole = await lambda.send(new InvokeCommand({ FunctionName, Payload: '{"parts": 2}' }));
assert.equal(Buffer.from(whole.Payload).toString(), 'part 0\npart 1\n');

await create('plain');
assert.equal(JSON.parse((await invoke({}, 'plain')).text).code, 1);
await refused('ResourceNotFoundException', lambda.send(new InvokeWithResponseStreamCommand({ FunctionName: 'nobody' })));

const Cors = { AllowOrigins: ['https://a.example'], AllowMethods: ['GET'], MaxAge: 60 };
const url = await lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE', InvokeMode: 'RESPONSE_STREAM', Cors }));
assert.deepEqual([url.InvokeMode, url.Cors], ['RESPONSE_STREAM', Cors]);
const get = (query, options) => fetch(url.FunctionUrl + query, options);

const shaped = await get('?http=1&parts=2', { headers: { origin: 'https://a.example' } });
assert.deepEqual([shaped.status, await shaped.text(), shaped.headers.get('x-custom')], [201, 'part 0\npart 1\n', 'yes']);
assert.deepEqual(shaped.headers.getSetCookie(), ['a=1', 'b=2']);
assert.equal(shaped.headers.get('access-control-allow-origin'), 'https://a.example');
assert.equal((await get('?parts=1', { headers: { origin: 'https://b.example' } })).headers.get('access-control-allow-origin'), null);
const preflight = await get('', { method: 'OPTIONS', headers: { origin: 'https://a.example', 'access-control-request-method': 'GET' } });
assert.deepEqual([await preflight.text(), preflight.headers.get('access-control-max-age')], ['', '60']);
await assert.rejects(async () => (await get('?parts=2&fail=1')).text(), 'an answer that breaks off must not look whole');

await lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName, InvokeMode: 'BUFFERED' }));
const buffered = await get('?http=1&parts=2');
assert.deepEqual([buffered.status, buffered.headers.get('content-length')], [201, '14']);

await lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName, AuthType: 'AWS_IAM' }));
const unsigned = await get('?parts=1');
assert.deepEqual([unsigned.status, await unsigned.json()], [403, { Message: 'Forbidden' }]);

class Sha256 {
  constructor(secret) {
    this.hash = secret ? createHmac('sha256', secret) : createHash('sha256');
  }
  update(data) {
    this.hash.update(data);
  }
  async digest() {
    return this.hash.digest();
  }
}
const signer = new SignatureV4({ service: 'lambda', region: 'us-east-1', sha256: Sha256, credentials: { accessKeyId: account, secretAccessKey: 'any' } });
const { hostname, port, pathname } = new URL(url.FunctionUrl);
const signed = await signer.sign({
  method: 'GET', protocol: 'http:', hostname, port, path: pathname, query: { whoami: '1' }, headers: { host: `${hostname}:${port}` },
});
const who = await (await get('?whoami=1', { headers: signed.headers })).json();
assert.equal(who.iam.accountId, account);

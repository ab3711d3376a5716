// The types of invocation, tail, client context, errors.
import assert from 'node:assert/strict';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { create, lambda, payload, refused } from './_start.mjs';

await Promise.all([create('caller'), create('failing', { zip: 'python.zip' })]);
const invoke = input => lambda.send(new InvokeCommand({ FunctionName: 'caller', ...input }));

assert.equal((await invoke({ InvocationType: 'DryRun' })).StatusCode, 204);
assert.equal((await invoke({ InvocationType: 'Event', Payload: '{}' })).StatusCode, 202);

const tailed = await invoke({ LogType: 'Tail', Payload: '{"word":"quince"}' });
const tail = Buffer.from(tailed.LogResult, 'base64').toString();
assert.match(tail, /^START RequestId: [0-9a-f-]{36} Version: \$LATEST$/m);
assert.match(tail, /\tINFO\tfirst code got \{"word":"quince"\}/);
assert.match(tail, /^END RequestId: /m);
assert.match(tail, /^REPORT RequestId: .*\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB/m);

const ClientContext = Buffer.from(JSON.stringify({ Custom: { from: 'sdk' } })).toString('base64');
assert.equal(payload(await invoke({ ClientContext })).client.Custom.from, 'sdk');

const failed = await invoke({ FunctionName: 'failing', Payload: '{"fail":true}' });
assert.equal(failed.FunctionError, 'Unhandled');
assert.equal(payload(failed).errorType, 'ValueError');

await refused('ResourceNotFoundException', invoke({ FunctionName: 'nobody' }));
await refused('InvalidRequestContentException', invoke({ Payload: 'not json' }));

// Many at once: each gets the answer to its own event.
const answers = await Promise.all([...Array(40).keys()].map(async n => payload(await invoke({ Payload: JSON.stringify({ n }) })).event.n));
assert.deepEqual(answers, [...Array(40).keys()]);

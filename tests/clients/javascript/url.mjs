// A function URL's configuration and its answers.
import assert from 'node:assert/strict';
import {
  CreateFunctionUrlConfigCommand, DeleteFunctionUrlConfigCommand, GetFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda';
import { create, lambda, refused } from './_start.mjs';

const FunctionName = 'web';
await create(FunctionName, { zip: 'url.zip' });
const { FunctionUrl } = await lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE' }));
assert.equal((await lambda.send(new GetFunctionUrlConfigCommand({ FunctionName }))).FunctionUrl, FunctionUrl);
await refused('ResourceConflictException', lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE' })));

const answer = await fetch(`${FunctionUrl}a/b?x=1&x=2`, { method: 'PUT', body: 'hello', headers: { 'content-type': 'text/plain', cookie: 'k=v' } });
assert.equal(answer.status, 201);
assert.equal(answer.headers.get('x-from'), 'function');
assert.deepEqual(answer.headers.getSetCookie(), ['a=1; Path=/', 'b=2']);
const event = await answer.json();
assert.equal(event.version, '2.0');
assert.equal(event.rawPath, '/a/b');
assert.equal(event.requestContext.http.method, 'PUT');
assert.deepEqual(event.queryStringParameters, { x: '1,2' });
assert.deepEqual(event.cookies, ['k=v']);
assert.equal(event.body, 'hello');

await lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName }));
await refused('ResourceNotFoundException', lambda.send(new GetFunctionUrlConfigCommand({ FunctionName })));
assert.ok((await fetch(FunctionUrl)).status >= 400, 'a deleted URL still answers');

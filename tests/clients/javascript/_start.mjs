// Shared by the scripts: clients, a function, an assertion about errors.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { CreateFunctionCommand, LambdaClient, waitUntilFunctionActiveV2 } from '@aws-sdk/client-lambda';

// The endpoint, the region and the credentials come from the environment. One attempt: a test wants to see a throttle.
export const lambda = new LambdaClient({ maxAttempts: 1 });
export const account = process.env.AWS_ACCESS_KEY_ID;
export const role = `arn:aws:iam::${account}:role/any`;
export const wait = { client: lambda, minDelay: 1, maxDelay: 2, maxWaitTime: 20 };

export async function create(name, { zip = 'node.zip', active = true, ...more } = {}) {
  const python = zip.startsWith('python');
  const created = await lambda.send(new CreateFunctionCommand({
    FunctionName: name,
    Runtime: python ? 'python3.11' : 'nodejs20.x',
    Handler: python ? 'app.handler' : 'index.handler',
    Role: role,
    Code: { ZipFile: readFileSync(zip) },
    ...more,
  }));
  if (active) await waitUntilFunctionActiveV2(wait, { FunctionName: name });
  return created;
}

export const payload = answer => JSON.parse(Buffer.from(answer.Payload).toString());

export async function refused(name, promise) {
  const error = await promise.then(() => assert.fail(`not refused with ${name}`), error => error);
  assert.equal(error.name, name, `${error}`);
  assert.ok(error.$metadata.requestId, 'an error without its request id');
  return error;
}

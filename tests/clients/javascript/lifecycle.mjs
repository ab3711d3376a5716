// Create, wait, invoke, update code and configuration, download the code, delete.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  DeleteFunctionCommand, GetFunctionCommand, GetFunctionConfigurationCommand, InvokeCommand, UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand, waitUntilFunctionExists, waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { create, lambda, payload, refused, wait } from './_start.mjs';

const FunctionName = 'hello';
await create(FunctionName, { Timeout: 6, Environment: { Variables: { COLOR: 'red' } }, Tags: { team: 'blue' } });
await waitUntilFunctionExists(wait, { FunctionName });

const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload: '{"n":1}' }));
assert.equal(answer.StatusCode, 200);
assert.equal(answer.ExecutedVersion, '$LATEST');
assert.equal(answer.FunctionError, undefined);
assert.deepEqual(payload(answer), { code: 1, event: { n: 1 }, name: FunctionName, client: null, color: 'red' });

await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: readFileSync('node2.zip') }));
await waitUntilFunctionUpdatedV2(wait, { FunctionName });
await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: { COLOR: 'blue' } } }));
await waitUntilFunctionUpdatedV2(wait, { FunctionName });
assert.deepEqual(payload(await lambda.send(new InvokeCommand({ FunctionName }))), { code: 2, color: 'blue' });

const whole = await lambda.send(new GetFunctionCommand({ FunctionName }));
assert.deepEqual(whole.Tags, { team: 'blue' });
const code = Buffer.from(await (await fetch(whole.Code.Location)).arrayBuffer());
assert.ok(code.equals(readFileSync('node2.zip')), 'Code.Location is not the package');

const configuration = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
assert.equal(configuration.Timeout, 6);
assert.equal(configuration.EphemeralStorage.Size, 512);
assert.equal(configuration.TracingConfig.Mode, 'PassThrough');
assert.equal(configuration.LoggingConfig.LogGroup, `/aws/lambda/${FunctionName}`);
assert.ok(Math.abs(new Date(configuration.LastModified) - Date.now()) < 600_000, configuration.LastModified);

await lambda.send(new DeleteFunctionCommand({ FunctionName }));
await refused('ResourceNotFoundException', lambda.send(new GetFunctionCommand({ FunctionName })));

// Tags, reserved concurrency and its throttle, account settings, the caller's identity.
import assert from 'node:assert/strict';
import {
  DeleteFunctionConcurrencyCommand, GetAccountSettingsCommand, GetFunctionConcurrencyCommand, InvokeCommand, ListTagsCommand,
  PutFunctionConcurrencyCommand, TagResourceCommand, UntagResourceCommand,
} from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { account, create, lambda, refused } from './_start.mjs';

assert.equal((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Account, account);

const FunctionName = 'tagged';
const { FunctionArn: Resource } = await create(FunctionName, { Tags: { a: '1' } });
await lambda.send(new TagResourceCommand({ Resource, Tags: { b: '2', 'c d': 'é' } }));
await lambda.send(new UntagResourceCommand({ Resource, TagKeys: ['a'] }));
assert.deepEqual((await lambda.send(new ListTagsCommand({ Resource }))).Tags, { b: '2', 'c d': 'é' });

await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
assert.equal((await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }))).ReservedConcurrentExecutions, 0);
const throttle = await refused('TooManyRequestsException', lambda.send(new InvokeCommand({ FunctionName })));
assert.equal(throttle.$metadata.httpStatusCode, 429);
assert.equal(throttle.Reason, 'ReservedFunctionConcurrentInvocationLimitExceeded');

await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
assert.equal((await lambda.send(new InvokeCommand({ FunctionName }))).StatusCode, 200);
const settings = await lambda.send(new GetAccountSettingsCommand({}));
assert.equal(settings.AccountLimit.ConcurrentExecutions, 1000);
assert.equal(settings.AccountUsage.FunctionCount, 1);
assert.ok(settings.AccountUsage.TotalCodeSize > 0);

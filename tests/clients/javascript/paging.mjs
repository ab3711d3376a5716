// The SDK's paginator by small pages, and by hand.
import assert from 'node:assert/strict';
import { ListFunctionsCommand, paginateListFunctions } from '@aws-sdk/client-lambda';
import { create, lambda } from './_start.mjs';

const names = [...Array(12).keys()].map(n => `page-${String(n).padStart(2, '0')}`);
for (const name of names) await create(name, { active: false });

const found = [];
let pages = 0;
for await (const page of paginateListFunctions({ client: lambda, pageSize: 5 }, {})) {
  pages++;
  found.push(...page.Functions.map(one => one.FunctionName));
}
assert.equal(pages, 3);
assert.deepEqual(found.sort(), names);

const first = await lambda.send(new ListFunctionsCommand({ MaxItems: 12 }));
assert.equal(first.Functions.length, 12);

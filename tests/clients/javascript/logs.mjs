// A function's log by the SDK for CloudWatch Logs.
import assert from 'node:assert/strict';
import {
  CloudWatchLogsClient, DescribeLogStreamsCommand, FilterLogEventsCommand, GetLogEventsCommand, paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { create, lambda } from './_start.mjs';

const logs = new CloudWatchLogsClient({});
const logGroupName = '/aws/lambda/talker';
await create('talker');
for (let n = 0; n < 5; n++) await lambda.send(new InvokeCommand({ FunctionName: 'talker', Payload: `{"n":${n}}` }));

// Log lines are readable a moment after the answer.
let reports = [];
for (const deadline = Date.now() + 10_000; reports.length < 5 && Date.now() < deadline; await new Promise(done => setTimeout(done, 50)))
  reports = (await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern: 'REPORT' })).catch(() => ({ events: [] }))).events;
assert.equal(reports.length, 5);

const messages = [];
for await (const page of paginateFilterLogEvents({ client: logs, pageSize: 3 }, { logGroupName })) messages.push(...page.events.map(e => e.message));
assert.equal(messages.filter(m => m.includes('first code got')).length, 5);
assert.deepEqual(messages.filter(m => m.includes('first code got')).map(m => m.match(/"n":(\d)/)[1]), ['0', '1', '2', '3', '4']);

const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', descending: true }));
assert.match(logStreams[0].logStreamName, /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
const { events } = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: logStreams[0].logStreamName, startFromHead: true }));
assert.match(events[0].message, /^INIT_START Runtime Version: /);
assert.ok(events.every((event, i) => i === 0 || event.timestamp >= events[i - 1].timestamp), 'out of order');

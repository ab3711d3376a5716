// LoggingConfig: the platform's lines, console.* and logging as JSON objects, from the level asked for. (boto3 here is older than it.)
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync, readFileSync } from 'node:fs';
import { CreateFunctionCommand, GetFunctionConfigurationCommand, InvokeCommand, waitUntilFunctionActiveV2 } from '@aws-sdk/client-lambda';
import { lambda } from './_start.mjs';

async function create(name, runtime, file, code, logging) {
  writeFileSync(file, code);
  execFileSync('python3', ['-m', 'zipfile', '-c', `${name}.zip`, file]);
  await lambda.send(new CreateFunctionCommand({
    FunctionName: name, Runtime: runtime, Handler: `${file.split('.')[0]}.handler`, Role: 'arn:aws:iam::000000000000:role/any', Timeout: 20,
    Code: { ZipFile: readFileSync(`${name}.zip`) }, LoggingConfig: { LogFormat: 'JSON', ...logging },
  }));
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 20, minDelay: 1 }, { FunctionName: name });
}

async function tail(name) {
  const answer = await lambda.send(new InvokeCommand({ FunctionName: name, LogType: 'Tail', Payload: '{}' }));
  const lines = Buffer.from(answer.LogResult ?? '', 'base64').toString().split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return [answer.$metadata.requestId, lines];
}

await create('logs-node', 'nodejs20.x', 'index.js', `
exports.handler = async () => {
  console.debug('not said'); console.log('said %d times', 2); console.warn({ a: [1] });
  console.error('went wrong:', new TypeError('bad')); console.error(new RangeError('worse'));
  const circular = {}; circular.self = circular; console.log(circular);
  throw new Error('at last');
};`);
{
  const [requestId, lines] = await tail('logs-node');
  const said = lines.slice(1, -1);
  const report = lines.at(-1).record;
  assert.deepEqual([lines[0].type, lines.at(-1).type], ['platform.start', 'platform.report']);
  assert.deepEqual(lines[0].record, { requestId, version: '$LATEST' });
  assert.deepEqual(said.map((line) => line.level), ['INFO', 'WARN', 'ERROR', 'ERROR', 'INFO', 'ERROR']);
  assert.ok(said.every((line) => line.requestId === requestId && line.timestamp.endsWith('Z')));
  assert.equal(said[0].message, 'said 2 times');
  assert.deepEqual(said[1].message, { a: [1] });
  assert.deepEqual([said[2].errorType, said[2].errorMessage], ['TypeError', 'bad']);
  assert.equal(said[3].message.errorType, 'RangeError');
  assert.equal(said[5].message.errorMessage, 'at last');
  assert.equal(report.requestId, requestId);
  assert.ok(report.metrics.memorySizeMB === 128 && report.metrics.initDurationMs > 0 && report.metrics.billedDurationMs >= report.metrics.durationMs);
}

await create('logs-python', 'python3.11', 'app.py', `
import logging
logger = logging.getLogger('mine')
def handler(event, context):
    logger.debug('not said'); logger.info('not said'); print('not said'); print('{"level": "error", "said": true}')
    logger.warning('said %s', 'twice', extra={'order': 7})
    try:
        raise KeyError('lost')
    except KeyError:
        logger.exception('caught')
    raise ValueError('at last')
`, { ApplicationLogLevel: 'WARN', SystemLogLevel: 'DEBUG' });
{
  const [requestId, lines] = await tail('logs-python');
  assert.deepEqual([lines[0].type, ...lines.slice(-2).map((line) => line.type)], ['platform.start', 'platform.runtimeDone', 'platform.report']);
  const [printed, { timestamp, ...warned }, caught, failed] = lines.slice(1, -2);
  assert.deepEqual(printed, { level: 'error', said: true });
  assert.deepEqual(warned, { level: 'WARNING', message: 'said twice', logger: 'mine', requestId, order: 7 });
  assert.ok(timestamp.endsWith('Z') && caught.errorType === 'KeyError' && caught.stackTrace.length > 0);
  assert.deepEqual([failed.level, failed.errorMessage, failed.requestId], ['ERROR', 'at last', requestId]);
  const { LoggingConfig } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'logs-python' }));
  assert.deepEqual(LoggingConfig, { LogFormat: 'JSON', ApplicationLogLevel: 'WARN', SystemLogLevel: 'DEBUG', LogGroup: '/aws/lambda/logs-python' });
}

await create('logs-quiet', 'nodejs20.x', 'index.js', "exports.handler = async () => console.warn('not said');", { ApplicationLogLevel: 'ERROR', SystemLogLevel: 'WARN' });
assert.deepEqual((await tail('logs-quiet'))[1], []);

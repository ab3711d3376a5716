import { setTimeout as pause } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';

// Lines that are made one after the other: what a model says, what a query finds, how far a job is.
async function* lines(count, milliseconds) {
  for (let line = 1; line <= count; line++) {
    yield `line ${line} of ${count}\n`;
    await pause(milliseconds);
  }
}

export const handler = awslambda.streamifyResponse(async (event, answer) => {
  const query = event.queryStringParameters ?? {};
  const text = awslambda.HttpResponseStream.from(answer, { statusCode: 200, headers: { 'content-type': 'text/plain; charset=utf-8' } });
  await pipeline(lines(Number(query.lines ?? 10), Number(query.pause ?? 300)), text);
});

// The work that a function and the bare server do alike: parse a small JSON document, sum its numbers, answer JSON.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const request = JSON.stringify({ order: 'A-17', prices: [3, 14, 15, 92, 65, 35, 89, 79], note: 'twelve eggs and a loaf' });

/** For the Invoke API: the event is the document. */
export const handler = `
exports.handler = async order => ({ order: order.order, total: order.prices.reduce((sum, price) => sum + price, 0) });`;

/** For a function URL: the document is the body. */
export const urlHandler = `
exports.handler = async event => {
  const order = JSON.parse(event.body);
  const total = order.prices.reduce((sum, price) => sum + price, 0);
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ order: order.order, total }) };
};`;

/** Starts the bare node:http server that does it, or another one beside it. */
export async function startBare(script = 'baseline.js') {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`../${script}`, import.meta.url))], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.on('exit', () => child.kill('SIGKILL'));
  const port = await new Promise(ready => child.stdout.once('data', ready));
  return { url: new URL(`http://127.0.0.1:${String(port).trim()}/`), stop: () => child.kill() };
}

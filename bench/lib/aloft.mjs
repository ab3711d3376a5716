// A node of Aloft's own for one benchmark, and the little of the API that a benchmark calls.
import { spawn } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const program = process.env.ALOFT_DLL ?? join(root, 'artifacts/current/aloft.dll'); // as ./aloft builds it
const anyone = { id: '000000000000', secret: 'secret' };
const running = new Set();

/**
 * Starts `aloft up` on a free port with a data folder of its own, and returns when it is ready.
 * With credentials, the node knows their secret and refuses what is not signed with it.
 */
export async function startAloft({ credentials } = {}) {
  if (!existsSync(program)) throw new Error(`${program} is not built: ./aloft version builds it.`);
  const data = mkdtempSync(join(tmpdir(), 'aloft-bench-'));
  const args = [realpathSync(program), 'up', '--port', '0', '--json', '--stop-with-stdin', '--isolation', 'container', '--data', data];
  const env = { ...process.env };
  if (credentials) {
    args.push('--auth', 'on');
    Object.assign(env, { ALOFT_ACCESS_KEY_ID: credentials.id, ALOFT_SECRET_ACCESS_KEY: credentials.secret });
  }
  const began = performance.now();
  const child = spawn('dotnet', args, { stdio: 'pipe', env });
  const ended = new Promise(done => child.once('exit', (code, signal) => done(code ?? signal)));
  const said = [];
  const aloft = {
    data, pid: child.pid, credentials: credentials ?? anyone,
    async stop() {
      running.delete(aloft);
      child.kill('SIGTERM');
      const code = await ended;
      rmSync(data, { recursive: true, force: true });
      if (code !== 0) throw new Error(`aloft up ended with ${code} after SIGTERM:\n${said.join('\n')}`);
    },
  };
  running.add(aloft);
  aloft.endpoint = await new Promise((ready, failed) => {
    ended.then(code => failed(new Error(`aloft up ended with ${code}:\n${said.join('\n')}`)));
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', line => {
        said.push(line);
        if (said.length > 200) said.shift();
        const address = /"event":\s*"ready"/.test(line) && /http:\/\/[\w.-]+:\d+/.exec(line);
        if (address) ready(new URL(address[0]));
      });
  });
  aloft.readyMs = performance.now() - began;
  return aloft;
}

/** A benchmark that fails or is interrupted leaves nothing behind either. */
async function giveUp(fault) {
  console.error(fault);
  await Promise.allSettled([...running].map(aloft => aloft.stop()));
  process.exit(1);
}
process.once('uncaughtException', giveUp);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, giveUp);

const agent = new Agent({ keepAlive: true, maxSockets: 1024, noDelay: true });

/** One HTTP request; its status, headers and body. */
export const send = (url, { method = 'GET', headers = {}, body } = {}) =>
  new Promise((done, failed) => {
    const sent = request(url, { method, headers, agent }, answer => {
      const parts = [];
      answer.on('data', part => parts.push(part)).on('end', () => done({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
    });
    sent.on('error', failed).end(body);
  });

/** Headers of a request signed with Signature Version 4. */
export function signed({ endpoint, credentials }, { method, path, headers = {}, body = '', service = 'lambda', region = 'us-east-1' }) {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const all = { ...headers, host: endpoint.host, 'x-amz-date': time };
  const names = Object.keys(all).map(name => name.toLowerCase()).sort();
  const lower = Object.fromEntries(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value]));
  const hash = text => createHash('sha256').update(text).digest('hex');
  const sign = (key, text) => createHmac('sha256', key).update(text).digest();
  const canonical = [method, path, '', ...names.map(name => `${name}:${lower[name]}`), '', names.join(';'), hash(body)].join('\n');
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const key = [region, service, 'aws4_request'].reduce(sign, sign(`AWS4${credentials.secret}`, time.slice(0, 8)));
  const signature = sign(key, ['AWS4-HMAC-SHA256', time, scope, hash(canonical)].join('\n')).toString('hex');
  all.authorization = `AWS4-HMAC-SHA256 Credential=${credentials.id}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return all;
}

/** Calls the API; throws on an error. */
export async function call(aloft, method, path, body, { headers = {}, service } = {}) {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await send(new URL(path, aloft.endpoint), { method, headers: signed(aloft, { method, path, headers, body: text, service }), body: text });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
  return answer;
}

export const functions = '/2015-03-31/functions';

/** What gives a function one whole core, as the servers that it is compared with have. */
const oneCore = 1769;

/** Creates a function of one file and returns its name when it is active. */
export async function create(aloft, source, { runtime = 'nodejs20.x', memory = oneCore, timeout = 30 } = {}) {
  const name = `bench-${randomBytes(6).toString('hex')}`;
  const file = runtime.startsWith('python') ? 'index.py' : 'index.js';
  await call(aloft, 'POST', functions, {
    FunctionName: name, Runtime: runtime, Handler: 'index.handler', Role: 'arn:aws:iam::000000000000:role/any',
    MemorySize: memory, Timeout: timeout, Code: { ZipFile: zip(file, source).toString('base64') },
  });
  for (let tries = 0; tries < 1000; tries++) {
    const { State } = JSON.parse((await call(aloft, 'GET', `${functions}/${name}/configuration`)).body);
    if (State === 'Active') return name;
    await new Promise(done => setTimeout(done, 5));
  }
  throw new Error(`${name} did not become active.`);
}

export async function createUrl(aloft, name) {
  const { FunctionUrl } = JSON.parse((await call(aloft, 'POST', `/2021-10-31/functions/${name}/url`, { AuthType: 'NONE' })).body);
  return new URL(FunctionUrl);
}

export const invoke = (aloft, name, payload = '{}', headers = {}) => call(aloft, 'POST', `${functions}/${name}/invocations`, payload, { headers });

export const remove = (aloft, name) => call(aloft, 'DELETE', `${functions}/${name}`);

/** How many instances have run a function: each writes a log stream of its own. */
export async function instances(aloft, name) {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Logs_20140328.DescribeLogStreams' };
  let count = 0;
  for (let nextToken; ;) {
    const body = { logGroupName: `/aws/lambda/${name}`, nextToken };
    const page = JSON.parse((await call(aloft, 'POST', '/', body, { headers, service: 'logs' })).body);
    count += page.logStreams.length;
    if (!(nextToken = page.nextToken)) return count;
  }
}

/** A zip with one stored file. */
function zip(name, text) {
  const content = Buffer.from(text);
  const entry = Buffer.alloc(26);
  entry.writeUInt16LE(20, 0);
  entry.writeUInt32LE(crc32(content), 10);
  entry.writeUInt32LE(content.length, 14);
  entry.writeUInt32LE(content.length, 18);
  entry.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), entry, Buffer.from(name), content]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE((0o100644 << 16) >>> 0, 6);
  const central = Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), entry, rest, Buffer.from(name)]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06'), end]);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

// D1: from a save to an answer by the new code, with `aloft dev`: the same warm sandbox all the while. The file that is saved is a module
// that the handler's imports.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { invoke, program, startAloft } from './lib/aloft.mjs';
import { pause, percentile, quick, table } from './lib/measure.mjs';

const saves = quick ? 10 : 120;
const patienceMs = 10_000;

const languages = {
  'Node, CommonJS': {
    'index.js': "const { save } = require('./lib/save.js'); exports.handler = async () => [save, process.pid, process.uptime()];",
    'lib/save.js': save => `exports.save = ${save};`,
  },
  'Node, ES modules': {
    'index.mjs': "import { save } from './lib/save.mjs'; export const handler = async () => [save, process.pid, process.uptime()];",
    'lib/save.mjs': save => `export const save = ${save};`,
  },
  TypeScript: {
    'index.ts': "import { save } from './lib/save'; export const handler = async () => [save, process.pid, process.uptime()];",
    'lib/save.ts': save => `export const save: number = ${save};`,
  },
  Python: {
    'index.py': 'import os, time\nfrom lib.save import save\ndef handler(event, context): return [save, os.getpid(), time.process_time()]',
    'lib/save.py': save => `save = ${save}`,
  },
};

const aloft = await startAloft();
const rows = [], worst = [];
for (const [language, files] of Object.entries(languages)) {
  const folder = mkdtempSync(join(tmpdir(), 'aloft-bench-dev-'));
  const name = `bench-${randomBytes(6).toString('hex')}`;
  const saved = Object.keys(files).find(file => typeof files[file] === 'function');
  for (const [file, text] of Object.entries(files)) write(join(folder, file), typeof text === 'function' ? text(0) : text);
  const dev = await startDev(folder, name);
  const times = [], sandboxes = new Set();
  try {
    for (let save = 0; save <= saves; save++) {
      const path = join(folder, saved);
      write(`${path}~`, files[saved](save)); // as most editors do
      renameSync(`${path}~`, path);
      const began = performance.now();
      let answer;
      do {
        answer = JSON.parse((await invoke(aloft, name)).body);
        if (performance.now() - began > patienceMs) throw new Error(`${language}: save ${save} is not live, the answer is ${JSON.stringify(answer)}.`);
      } while (answer[0] !== save);
      if (save > 0) times.push(performance.now() - began); // the first is 0, as it was deployed
      await pause(20 + Math.random() * 60);
    }
    for (const line of dev.said) if (line.event === 'live') for (const sandbox of line.sandboxes) sandboxes.add(`${sandbox.id} ${sandbox.state}`);
  } finally {
    await dev.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const kept = [...sandboxes].filter(sandbox => /(live|busy)$/.test(sandbox)).map(sandbox => sandbox.split(' ')[0]);
  if (new Set(kept).size !== 1 || sandboxes.size !== kept.length) throw new Error(`${language}: not one sandbox was kept: ${[...sandboxes]}.`);
  rows.push([language, times.length, ...[50, 95, 99].map(percent => percentile(times, percent).toFixed(1)), Math.max(...times).toFixed(1)]);
  worst.push(percentile(times, 95));
}
await aloft.stop();

table(['', 'saves', 'p50 ms', 'p95 ms', 'p99 ms', 'slowest ms'], ...rows);
console.log(`save to answer by the new code, p95: ${worst.map((time, i) => `${rows[i][0]} ${time.toFixed(1)} ms`).join(', ')} (promise: under 100 ms)`);

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Starts `aloft dev` and returns when it watches the folder. */
async function startDev(folder, name) {
  const args = [realpathSync(program), 'dev', folder, '--name', name, '--handler', 'index.handler', '--memory', '1769', '--output', 'json'];
  const env = {
    ...process.env, AWS_ENDPOINT_URL: aloft.endpoint.origin,
    AWS_ACCESS_KEY_ID: aloft.credentials.id, AWS_SECRET_ACCESS_KEY: aloft.credentials.secret, AWS_REGION: 'us-east-1',
  };
  const child = spawn('dotnet', args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const ended = new Promise(done => child.once('exit', (code, signal) => done(code ?? signal)));
  const dev = {
    said: [],
    async stop() {
      child.kill('SIGTERM');
      const code = await ended;
      if (code !== 0) throw new Error(`aloft dev ended with ${code}.`);
    },
  };
  await new Promise((ready, failed) => {
    ended.then(code => failed(new Error(`aloft dev ended with ${code}.`)));
    createInterface({ input: child.stdout }).on('line', line => {
      const said = JSON.parse(line);
      if (said.event) dev.said.push(said);
      if (said.event === 'note' && said.text.startsWith('watching')) ready();
    });
  });
  return dev;
}

// F8: the REPORT line against the kernel's own account: wall time and CPU time as the function measures them with the kernel's clocks,
// peak memory as its control group has it.
import { readFileSync, readdirSync } from 'node:fs';
import { create, invoke, startAloft } from './lib/aloft.mjs';
import { descendants, median, rounds, table } from './lib/measure.mjs';

const languages = {
  node: {
    runtime: 'nodejs20.x',
    source: `
let kept;
exports.handler = async ({ cpuMs, sleepMs, megabytes }) => {
  const wall = process.hrtime.bigint(), cpu = process.cpuUsage();
  kept = Buffer.alloc(megabytes << 20, 1);
  for (const end = Date.now() + cpuMs; Date.now() < end; );
  await new Promise(done => setTimeout(done, sleepMs));
  const used = process.cpuUsage(cpu);
  return { wallMs: Number(process.hrtime.bigint() - wall) / 1e6, cpuMs: (used.user + used.system) / 1000 };
};`,
  },
  python: {
    runtime: 'python3.11',
    source: `
import resource, time
kept = None
def spent():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
def handler(event, context):
    global kept
    wall, cpu = time.perf_counter(), spent()
    kept = bytearray(b'x') * (event['megabytes'] << 20)
    end = time.perf_counter() + event['cpuMs'] / 1000
    while time.perf_counter() < end:
        pass
    time.sleep(event['sleepMs'] / 1000)
    return {'wallMs': (time.perf_counter() - wall) * 1000, 'cpuMs': (spent() - cpu) * 1000}
`,
  },
};

const rows = [], errors = { duration: [], cpu: [], memory: [] };
for (const [language, { runtime, source }] of Object.entries(languages)) {
  const aloft = await startAloft(); // one of its own: what uses most memory in it is this function
  const name = await create(aloft, source, { runtime });
  for (let round = 0; round < rounds; round++) {
    const answer = await invoke(aloft, name, JSON.stringify({ cpuMs: 400, sleepMs: 100, megabytes: 300 }), { 'x-amz-log-type': 'Tail' });
    const own = JSON.parse(answer.body);
    const report = Buffer.from(answer.headers['x-amz-log-result'], 'base64').toString();
    const figure = field => Number(new RegExp(`\\t${field}: ([\\d.]+)`).exec(report)?.[1]);
    const peakMb = Math.max(...groups(aloft).map(peak)) / 2 ** 20;
    errors.duration.push(Math.abs(figure('Duration') - own.wallMs));
    errors.cpu.push(Math.abs(figure('CPU Time') / own.cpuMs - 1) * 100);
    errors.memory.push(Math.abs(figure('Max Memory Used') / peakMb - 1) * 100);
    rows.push([`${language}, call ${round + 1}, reported`, figure('Duration').toFixed(1), figure('CPU Time').toFixed(1), figure('Max Memory Used').toFixed(0)]);
    rows.push(['  kernel', own.wallMs.toFixed(1), own.cpuMs.toFixed(1), peakMb.toFixed(0)]);
  }
  await aloft.stop();
}

table(['', 'duration ms', 'CPU ms', 'peak MB'], ...rows);
console.log(
  `median difference: duration ${median(errors.duration).toFixed(2)} ms, CPU ${median(errors.cpu).toFixed(1)} %, ` +
    `peak memory ${median(errors.memory).toFixed(1)} % (promise: 2 ms, 5 %, 5 %)`,
);

/** Folders of the memory control groups of this node's sandboxes, on either version. */
function groups(aloft) {
  const found = new Set();
  for (const pid of descendants(aloft.pid)) {
    try {
      for (const line of readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n')) {
        const [, controllers, path] = line.split(':');
        if (path.includes('aloft') && (controllers === '' || controllers.includes('memory'))) found.add(`/sys/fs/cgroup${controllers && '/memory'}${path}`);
      }
    } catch {
      // It ended while we looked.
    }
  }
  return [...found];
}

function peak(group) {
  const file = readdirSync(group).find(name => name === 'memory.peak' || name === 'memory.max_usage_in_bytes');
  return file ? Number(readFileSync(`${group}/${file}`, 'utf8')) : 0;
}

// Load by wrk, figures of processes, medians, tables.
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** BENCH_QUICK=1 only shows that a benchmark runs: its figures mean nothing. */
export const quick = Boolean(process.env.BENCH_QUICK);
export const rounds = quick ? 1 : 5;
const secondsOfRound = quick ? 1 : 3;
/** For .NET's compiler to reach its last tier, and V8's. */
const secondsOfWarmUp = quick ? 1 : 5;

export const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));

/**
 * Runs wrk with one fixed request (it adds Host by itself); requests/s and latencies in ms.
 * Any answer other than 2xx is an error: a refusal is no throughput.
 */
async function wrk(url, { connections = 16, method = 'GET', headers = {}, body, duration } = {}) {
  const script = join(tmpdir(), `aloft-wrk-${process.pid}.lua`);
  const quoted = text => `"${String(text).replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
  writeFileSync(script, [
    `wrk.method = ${quoted(method)}`,
    body === undefined ? '' : `wrk.body = ${quoted(body)}`,
    ...Object.entries(headers).filter(([name]) => name !== 'host').map(([name, value]) => `wrk.headers[${quoted(name)}] = ${quoted(value)}`),
  ].join('\n'));
  try {
    const { stdout } = await promisify(execFile)('wrk', ['-t1', `-c${connections}`, `-d${duration}s`, '--latency', '-s', script, String(url)]);
    const wrong = /Non-2xx or 3xx responses: (\d+)/.exec(stdout) ?? /Socket errors: (.*)/.exec(stdout);
    if (wrong) throw new Error(`${url}: ${wrong[0]}`);
    return {
      perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]),
      p50: milliseconds(/50%\s+(\S+)/.exec(stdout)[1]),
      p99: milliseconds(/99%\s+(\S+)/.exec(stdout)[1]),
    };
  } finally {
    unlinkSync(script);
  }
}

const milliseconds = text => parseFloat(text) * { us: 0.001, ms: 1, s: 1000, m: 60_000 }[/[a-z]+$/.exec(text)[0]];

export const sorted = values => [...values].sort((a, b) => a - b);
export const percentile = (values, percent) => sorted(values)[Math.min(values.length - 1, Math.floor((values.length * percent) / 100))];
export const median = values => percentile(values, 50);

/**
 * Lets contestants take turns under load by wrk, after a warm-up each, prints their medians side by side and returns them by name.
 * A contestant makes its load anew for each measurement: [url, options of wrk].
 */
export async function compare(connections, contestants) {
  const names = Object.keys(contestants);
  const results = Object.fromEntries(names.map(name => [name, []]));
  const measure = (name, duration, concurrent = connections) => {
    const [url, load] = contestants[name]();
    return wrk(url, { connections: concurrent, method: 'POST', duration, ...load });
  };
  for (const name of names) {
    await measure(name, 1, 1); // one by one at first: Aloft starts further instances for callers who wait for a slow first answer
    await measure(name, secondsOfWarmUp);
  }
  for (let round = 0; round < rounds; round++)
    for (const name of round % 2 ? [...names].reverse() : names) results[name].push(await measure(name, secondsOfRound));

  const medians = Object.fromEntries(names.map(name => [
    name,
    Object.fromEntries(['perSecond', 'p50', 'p99'].map(figure => [figure, median(results[name].map(one => one[figure]))])),
  ]));
  table(
    [connections === 1 ? '1 connection' : `${connections} connections`, 'requests/s', 'lowest', 'highest', 'p50 ms', 'p99 ms'],
    ...names.map(name => {
      const rates = sorted(results[name].map(one => one.perSecond));
      const { perSecond, p50, p99 } = medians[name];
      return [name, ...[perSecond, rates[0], rates.at(-1)].map(rate => rate.toFixed(0)), p50.toFixed(3), p99.toFixed(3)];
    }),
  );
  return medians;
}

/** Rows of cells under headings, in columns. */
export function table(headings, ...rows) {
  const cells = [headings, ...rows].map(row => row.map(String));
  const widths = headings.map((_, column) => Math.max(...cells.map(row => row[column].length)));
  for (const row of cells) console.log(row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  '));
}

/** Memory of processes in MB, what they share counted once. */
export function proportionalMb(pids) {
  let sum = 0;
  for (const pid of pids) {
    try {
      sum += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) / 1024;
    } catch (fault) {
      if (fault.code !== 'ESRCH' && fault.code !== 'ENOENT') throw fault; // else it ended while we looked
    }
  }
  return sum;
}

/** Resident memory of a process in MB. */
export const residentMb = pid => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/** Ids of a process's descendants. */
export function descendants(pid) {
  const parents = new Map();
  for (const entry of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended while we looked.
    }
  }
  const found = new Set([pid]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [child, parent] of parents)
      if (found.has(parent) && !found.has(child)) {
        found.add(child);
        grown = true;
      }
  }
  found.delete(pid);
  return [...found];
}

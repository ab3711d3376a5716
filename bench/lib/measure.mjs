// Load by wrk, figures of processes, medians, tables.
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
export const seconds = Number(process.env.BENCH_SECONDS ?? 4);

/** Runs wrk with one fixed request; requests/s and latencies in ms. Any answer other than 2xx is an error: a refusal is no throughput. */
export async function wrk(url, { connections = 16, method = 'GET', headers = {}, body, duration = seconds } = {}) {
  const script = join(tmpdir(), `aloft-wrk-${process.pid}.lua`);
  const quoted = text => `"${String(text).replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
  writeFileSync(script, [
    `wrk.method = ${quoted(method)}`,
    body === undefined ? '' : `wrk.body = ${quoted(body)}`,
    ...Object.entries(headers).map(([name, value]) => `wrk.headers[${quoted(name)}] = ${quoted(value)}`),
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

/** Lets the contestants take turns, after a warm-up each, and returns the list of each one's results. */
export async function alternate(contestants, times = rounds) {
  const names = Object.keys(contestants);
  for (const name of names) await contestants[name]({ warmUp: true });
  const results = Object.fromEntries(names.map(name => [name, []]));
  for (let round = 0; round < times; round++)
    for (const name of round % 2 ? names.toReversed() : names) results[name].push(await contestants[name]({}));
  return results;
}

/** Rows of cells under headings, in columns. */
export function table(headings, ...rows) {
  const cells = [headings, ...rows].map(row => row.map(String));
  const widths = headings.map((_, column) => Math.max(...cells.map(row => row[column].length)));
  for (const row of cells) console.log(row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  '));
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

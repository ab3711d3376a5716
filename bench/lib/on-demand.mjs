// Cold start without standbys: the same interpreter booted in an OCI container of its own for one call, timed to its answer.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const programs = {
  node: ['/usr/bin/env', 'node', '-e', 'const handler = async () => "hello"; handler().then(answer => console.log(answer));'],
  python: ['/usr/bin/python3', '-c', 'handler = lambda: "hello"; print(handler())'],
};

/** A function that boots a container of this language, waits for its answer and returns the milliseconds. */
export function onDemand(language) {
  const bundle = mkdtempSync(join(tmpdir(), 'aloft-ondemand-'));
  process.on('exit', () => rmSync(bundle, { recursive: true, force: true }));
  const rootFolder = join(bundle, 'rootfs');
  for (const folder of ['usr', 'proc', 'dev', 'tmp', 'etc']) mkdirSync(join(rootFolder, folder), { recursive: true });
  for (const link of ['bin', 'lib', 'lib64', 'sbin']) symlinkSync(`usr/${link}`, join(rootFolder, link));
  writeFileSync(join(bundle, 'config.json'), JSON.stringify({
    ociVersion: '1.0.2',
    process: { user: { uid: 65534, gid: 65534 }, args: programs[language], env: ['PATH=/usr/local/bin:/usr/bin:/bin', 'HOME=/tmp'], cwd: '/', noNewPrivileges: true },
    root: { path: 'rootfs', readonly: true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=64k'] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'size=64m'] },
      { destination: '/usr', type: 'bind', source: '/usr', options: ['rbind', 'ro'] },
      { destination: '/etc', type: 'bind', source: '/etc', options: ['rbind', 'ro'] },
    ],
    linux: { namespaces: ['pid', 'network', 'ipc', 'uts', 'mount'].map(type => ({ type })) },
  }));
  const runtime = ['crun', 'runc'].find(name => works(name, bundle));
  if (!runtime) throw new Error('Neither crun nor runc starts a container here.');
  let count = 0;
  const boot = () => new Promise((done, failed) => {
    const began = performance.now();
    const child = spawn(runtime, ['run', '--bundle', bundle, `aloft-bench-${process.pid}-${language}-${count++}`], { stdio: ['ignore', 'pipe', 'inherit'] });
    let answered;
    child.stdout.once('data', () => (answered = performance.now() - began));
    child.on('exit', code => (code === 0 && answered ? done(answered) : failed(new Error(`${runtime} ended with ${code}`))));
  });
  return { runtime, boot };
}

function works(runtime, bundle) {
  try {
    return execFileSync(runtime, ['run', '--bundle', bundle, `aloft-bench-try-${process.pid}`], { stdio: ['ignore', 'pipe', 'ignore'] }).includes('hello');
  } catch {
    return false;
  }
}

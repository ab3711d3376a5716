// F6: from starting the program to its ready line, and its resident memory when idle.
import { startAloft } from './lib/aloft.mjs';
import { descendants, median, residentMb, rounds, table } from './lib/measure.mjs';

const starts = [];
for (let round = 0; round < rounds; round++) {
  const aloft = await startAloft();
  await new Promise(done => setTimeout(done, 8000));
  starts.push({ ready: aloft.readyMs, memory: residentMb(aloft.pid), processes: descendants(aloft.pid).length });
  await aloft.stop();
}

table(
  ['aloft up', 'ready ms', 'resident MB', 'child processes'],
  ...starts.map((one, round) => [`start ${round + 1}`, one.ready.toFixed(0), one.memory.toFixed(0), one.processes]),
);
const middle = figure => median(starts.map(one => one[figure]));
console.log(`ready in ${(middle('ready') / 1000).toFixed(2)} s with ${middle('memory').toFixed(0)} MB (promise: 1 s, 150 MB)`);

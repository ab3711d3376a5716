// F6: from starting the built program to its ready line, and its resident memory when idle.
import { startAloft } from './lib/aloft.mjs';
import { descendants, median, pause, proportionalMb, quick, residentMb, rounds, table } from './lib/measure.mjs';

const starts = [];
for (let round = 0; round < rounds; round++) {
  const aloft = await startAloft();
  await pause(quick ? 1000 : 5000);
  const children = descendants(aloft.pid);
  starts.push({ ready: aloft.readyMs, memory: residentMb(aloft.pid), children: children.length, childrenMemory: proportionalMb(children) });
  await aloft.stop();
}

table(
  ['aloft up', 'ready ms', 'resident MB', 'standby processes', 'their MB'],
  ...starts.map((one, round) => [`start ${round + 1}`, one.ready.toFixed(0), one.memory.toFixed(0), one.children, one.childrenMemory.toFixed(0)]),
);
const middle = figure => median(starts.map(one => one[figure]));
console.log(`ready in ${(middle('ready') / 1000).toFixed(2)} s with ${middle('memory').toFixed(0)} MB (promise: 1 s, 150 MB)`);

'use strict';

// A function whose code changes while it runs (`aloft dev`): its modules are loaded again in the same process, and a debugger
// may be attached to it.

const { spawnSync } = require('node:child_process');
const Module = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { answerOf } = require('./errors.js');
const { toAloft } = require('./frames.js');
const { failure, loadHandler } = require('./handler.js');

const packages = `${path.sep}node_modules${path.sep}`;
const debugging = { heard: 0, waits: 1, goesOn: 2 };

class Development {
  /**
   * @param init the INIT frame's JSON
   * @param writer FrameWriter
   * @param logs Logs
   */
  constructor(init, writer, logs) {
    this.init = init;
    this.writer = writer;
    this.logs = logs;
    // How often the function's own modules have been loaded, and how often those of its packages have changed. The loader's thread sees it, too.
    this.generation = new Int32Array(new SharedArrayBuffer(8));
    this.changed = [];
    this.giveUpLoading = undefined;
    this.attached = false;
    this.waits = false; // the next invocation, for a debugger
    this.held = undefined;
  }

  get inspects() {
    return this.init.development.inspectPort !== undefined;
  }

  async open() {
    const root = pathToFileURL(this.init.taskRoot + path.sep).href;
    Module.register(pathToFileURL(path.join(__dirname, 'generations.mjs')).href, { data: { root, current: this.generation } });
    if (!this.inspects) return;
    require('node:inspector').open(this.init.development.inspectPort, '127.0.0.1');
    this.waits = true;
  }

  /** @param changed paths below the task root, with `/` between names */
  reload(changed) {
    this.changed = changed;
    const packagesToo = changed.some((file) => `/${file}`.includes('/node_modules/'));
    if (packagesToo) Atomics.add(this.generation, 1, 1);
    this.forget(packagesToo);
    this.waits = this.inspects;
    return this.load();
  }

  /** The handler as it is now. One that cannot be loaded is a handler that fails with the reason. */
  async load() {
    Atomics.add(this.generation, 0, 1);
    const neverSettles = new Promise((_, failed) => (this.giveUpLoading = failed));
    try {
      return await Promise.race([loadHandler(this.init.taskRoot, this.init.handler, `?aloft=${this.generation.join('.')}`), neverSettles]);
    } catch (error) {
      this.tellPlace(error);
      this.logs.failure('Uncaught Exception', error);
      const failing = async () => {
        throw error;
      };
      failing[failure] = JSON.stringify(answerOf(error));
      return failing;
    } finally {
      this.giveUpLoading = undefined;
    }
  }

  /** What is being loaded never will be. False when nothing is. */
  giveUp(error) {
    if (this.giveUpLoading === undefined) return false;
    this.giveUpLoading(error);
    return true;
  }

  /** Of the CommonJS modules; ES modules get another URL instead (generations.mjs). */
  forget(packagesToo) {
    const root = this.init.taskRoot + path.sep;
    const goes = (file) => file.startsWith(root) && (packagesToo || !file.includes(packages));
    for (const file of Object.keys(Module._cache)) if (goes(file)) delete Module._cache[file];
    for (const key of Object.keys(Module._pathCache)) if (goes(Module._pathCache[key])) delete Module._pathCache[key];
    for (const parent of Object.values(Module._cache)) parent.children = parent.children.filter((child) => !goes(child.filename ?? ''));
  }

  /** Node does not say in which file an ES module's syntax is wrong: the changed ones are looked at. */
  tellPlace(error) {
    if (error?.name !== 'Runtime.UserCodeSyntaxError' || /^\S*[/\\]\S+:\d+$/m.test(error.stack)) return;
    const [title, ...frames] = error.stack.split('\n');
    const handler = `${this.init.handler.slice(0, this.init.handler.lastIndexOf('.'))}`;
    for (const file of [...this.changed, `${handler}.mjs`, `${handler}.js`].filter((name) => /\.m?js$/.test(name))) {
      const check = spawnSync(process.execPath, ['--check', path.join(this.init.taskRoot, file)], { encoding: 'utf8', timeout: 5000 });
      const end = check.stderr?.indexOf('\nSyntaxError') ?? -1;
      if (end < 0) continue;
      error.stack = [title, ...check.stderr.slice(0, end).split('\n').filter((line) => line.trim() !== ''), ...frames].join('\n');
      return;
    }
  }

  /** Whether the next invocation must wait for a debugger. */
  get holds() {
    return this.waits && !this.attached;
  }

  /** An invocation begins: whoever was to be waited for has been there. */
  begins() {
    this.waits = false;
  }

  /** `begin` is called when a debugger is there and lets the function go on. */
  hold(begin) {
    this.held = begin;
    this.writer.number(toAloft.debugging, debugging.waits);
  }

  /** A debugger is about to be attached, or has gone. Aloft lets it in only when this has been answered. */
  heard(attached) {
    this.attached = attached;
    this.writer.number(toAloft.debugging, debugging.heard);
    if (!attached || this.held === undefined) return;
    require('node:inspector').waitForDebugger(); // until it has set its breakpoints and says so
    const begin = this.held;
    this.held = undefined;
    this.writer.number(toAloft.debugging, debugging.goesOn);
    begin();
  }
}

module.exports = { Development };

// ES modules cannot be forgotten, but each URL is a module of its own. So the function's modules are imported as `…?aloft=3.0`: the third
// time that they are loaded, with packages that have not changed. A module passes it on to those that it imports, and is
// still known by its plain URL in stack traces and to a debugger.
// https://nodejs.org/api/module.html#customization-hooks

const generation = /\?aloft=(\d+\.)?(\d+)$/;
let root;
let current; // the generation that is loaded now: for imports by CommonJS modules, which have plain URLs

export function initialize(data) {
  root = data.root;
  current = data.current;
}

export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  if (!resolved.url.startsWith(root) || resolved.url.includes('?')) return resolved;
  const importer = importerOf(context.parentURL ?? '');
  if (importer === null) return resolved;
  const [, own, packages] = importer;
  if (!resolved.url.includes('/node_modules/')) return { ...resolved, url: `${resolved.url}?aloft=${own ?? ''}${packages}` };
  return packages === '0' ? resolved : { ...resolved, url: `${resolved.url}?aloft=${packages}` };
}

function importerOf(url) {
  const importer = generation.exec(url);
  if (importer !== null || !url.startsWith(root) || url.includes('/node_modules/')) return importer;
  return generation.exec(`?aloft=${Atomics.load(current, 0)}.${Atomics.load(current, 1)}`);
}

export async function load(url, context, next) {
  const loaded = await next(url, context);
  const at = url.search(generation);
  if (at < 0 || loaded.format !== 'module') return loaded;
  const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
  return { ...loaded, source: `${source}\n//# sourceURL=${url.slice(0, at)}` };
}

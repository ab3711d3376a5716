'use strict';

// X-Ray's header of the running invocation, as `process.env._X_AMZN_TRACE_ID`, where the SDKs look for it. It is not really set: that would
// cost some microseconds at each invocation, and the C library keeps every value that a variable ever had.

const name = '_X_AMZN_TRACE_ID';
let current; // undefined: there is none

function showTrace() {
  const describe = () => ({ value: current, writable: true, enumerable: true, configurable: true });
  process.env = new Proxy(process.env, {
    get: (env, key) => (key === name ? current : env[key]),
    set(env, key, value) {
      if (key === name) current = String(value);
      else env[key] = value;
      return true;
    },
    has: (env, key) => (key === name ? current !== undefined : key in env),
    deleteProperty(env, key) {
      if (key === name) current = undefined;
      else delete env[key];
      return true;
    },
    ownKeys: (env) => (current === undefined ? Reflect.ownKeys(env) : [...Reflect.ownKeys(env), name]),
    getOwnPropertyDescriptor: (env, key) =>
      key !== name ? Reflect.getOwnPropertyDescriptor(env, key) : current === undefined ? undefined : describe(),
    defineProperty(env, key, descriptor) {
      if (key === name) current = String(descriptor.value);
      else Reflect.defineProperty(env, key, descriptor);
      return true;
    },
  });
}

/** @param traceId empty for none */
const trace = (traceId) => {
  current = traceId === '' ? undefined : traceId;
};

module.exports = { showTrace, trace };

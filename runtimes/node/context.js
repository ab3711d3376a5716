'use strict';

// What a handler gets as its second argument.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html

/**
 * @param init the INIT frame's JSON
 * @param invocation {id, deadline, functionArn, clientContext, identity}
 * @param end `(error, result)`: ends the invocation at once, for the methods from before callbacks
 */
function createContext(init, invocation, end) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: init.functionVersion,
    functionName: init.functionName,
    memoryLimitInMB: String(init.memoryMegabytes),
    logGroupName: init.logGroup,
    logStreamName: init.logStream,
    clientContext: invocation.clientContext,
    identity: invocation.identity,
    invokedFunctionArn: invocation.functionArn,
    awsRequestId: invocation.id,
    getRemainingTimeInMillis: () => invocation.deadline - Date.now(),
    succeed: (result) => end(null, result),
    fail: (error) => end(error ?? 'handled', undefined),
    done: end,
  };
}

module.exports = { createContext };

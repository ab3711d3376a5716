using Aloft.Platform.Functions.Asynchronous;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>The chain of invocations that a synchronous call is part of. https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html</summary>
internal static class InvokeChain
{
    /// <summary>
    /// The trace header to run with: the caller's, else a new one. A chain that began with an event is counted on; throws when it has become
    /// a loop.
    /// </summary>
    public static async ValueTask<string> Trace(
        ApiRequest request, Guid requestId, FunctionKey key, FunctionRegistry registry, TimeProvider time, CancellationToken stop)
    {
        if (request.Header("X-Amzn-Trace-Id") is not { Length: > 0 } header)
            return Lineage.NewTrace(requestId, time.GetUtcNow());
        if (!Lineage.IsIn(header))
            return header;
        var lineage = Lineage.Enter(header, key);
        if (lineage.IsLoop && (await registry.Asynchronous.Of(key, null, stop)).Loop == RecursiveLoop.Terminate)
            throw new ApiError("RecursiveInvocationException", 400,
                $"The function {key.Name} is being invoked in a loop and was stopped. Where the loop is meant, PutFunctionRecursionConfig with "
                + "Allow lets it go on.");
        return lineage.Header;
    }
}

using Aloft.Platform.Functions.Extensions;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>What a start has made, an instance or a part of one, and how it is taken away again.</summary>
internal interface IEndable : IAsyncDisposable
{
    ISandbox Sandbox { get; }

    /// <summary>Ends the sandbox, after its extensions have been told, where there are any.</summary>
    /// <param name="reason">Of what has not come so far as to run anything; an instance that has knows its own.</param>
    Task ShutDown(ShutdownReason? reason = null);
}

using System.Net.Sockets;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.RuntimeApi;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Standby;

/// <summary>A sandbox whose runtime is up and waits to be told whose code to load.</summary>
/// <param name="Sandbox">Holds no user code yet, unless its driver cannot show code late.</param>
/// <param name="Output">Attached to no log yet.</param>
/// <param name="Socket">
/// The channel: frames for a built-in runtime, the exec script for a custom one. Null where the function's own program asks for events already.
/// </param>
/// <param name="Channel">Over <paramref name="Socket"/>; null for a custom runtime.</param>
/// <param name="Api">The Runtime API and the API of extensions inside the sandbox.</param>
/// <param name="AwsEndpoint">Aloft's AWS endpoint as the sandbox reaches it.</param>
internal sealed record BootedSandbox(
    ISandbox Sandbox, InstanceOutput Output, Socket? Socket, FrameChannel? Channel, RuntimeApiEndpoint Api, string AwsEndpoint) : IAsyncDisposable
{
    public bool IsAlive => !Sandbox.Exited.IsCompleted;

    public async ValueTask DisposeAsync()
    {
        Socket?.Dispose();
        Api.Dispose();
        await Sandbox.DisposeAsync();
    }
}

/// <summary>A sandbox of a function's own, whose runtime is still to be started.</summary>
internal sealed record BlankSandbox(ISandbox Sandbox, RuntimeApiEndpoint Api, string AwsEndpoint) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await Sandbox.DisposeAsync();
    }
}

using System.Net.Sockets;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.RuntimeApi;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Standby;

/// <summary>A sandbox whose runtime is up and waits to be told whose code to load.</summary>
/// <param name="Sandbox">Holds no user code yet, unless its driver cannot show code late.</param>
/// <param name="Output">Attached to no log yet.</param>
/// <param name="Socket">The channel: frames for a built-in runtime, the exec script for a custom one.</param>
/// <param name="Channel">Over <paramref name="Socket"/>; null for a custom runtime.</param>
/// <param name="Api">The Runtime API inside the sandbox; null for a built-in runtime.</param>
/// <param name="AwsEndpoint">Aloft's AWS endpoint as the sandbox reaches it.</param>
internal sealed record BootedSandbox(
    ISandbox Sandbox, InstanceOutput Output, Socket Socket, FrameChannel? Channel, RuntimeApiEndpoint? Api, string AwsEndpoint) : IAsyncDisposable
{
    public bool IsAlive => !Sandbox.Exited.IsCompleted;

    public async ValueTask DisposeAsync()
    {
        Socket.Dispose();
        Api?.Dispose();
        await Sandbox.DisposeAsync();
    }
}

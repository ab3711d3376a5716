using System.Net.Sockets;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Standby;

/// <summary>
/// A sandbox whose runtime is not its first process: the runtime's end is told as the sandbox's, and ends nothing else in it, so that
/// extensions can deliver what they hold.
/// </summary>
internal sealed class OwnSandbox(ISandbox sandbox, ISandboxProcess runtime) : ISandbox
{
    public string Id => sandbox.Id;

    public Task<SandboxExit> Exited => runtime.Exited;

    public ValueTask<Socket> Channel(CancellationToken stop) => runtime.Channel(stop);

    public void Terminate() => runtime.Terminate();

    public void DrainOutput() => runtime.DrainOutput();

    public void ShowCode(CodeFolders code) => sandbox.ShowCode(code);

    public void SetLimits(SandboxLimits limits) => sandbox.SetLimits(limits);

    public Socket Listen(int port) => sandbox.Listen(port);

    public ValueTask<Socket> Connect(int port, CancellationToken stop) => sandbox.Connect(port, stop);

    public ValueTask<ISandboxProcess> Launch(LaunchSpec spec, IOutputSink output, CancellationToken stop) => sandbox.Launch(spec, output, stop);

    public string PathOf(string contractPath) => sandbox.PathOf(contractPath);

    public void Freeze() => sandbox.Freeze();

    public void Thaw() => sandbox.Thaw();

    public SandboxUsage Usage() => sandbox.Usage();

    public bool IsRunnable() => sandbox.IsRunnable();

    public void ResetPeak() => sandbox.ResetPeak();

    public void Kill() => sandbox.Kill();

    public ValueTask DisposeAsync() => sandbox.DisposeAsync();
}

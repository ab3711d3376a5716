using System.Net.Sockets;
using Aloft.Sandbox.Loop;
using Aloft.Sandbox.Native;

namespace Aloft.Sandbox;

/// <summary>How a technology starts a further program in a running sandbox.</summary>
internal delegate Task<Launched> Launcher(LaunchSpec spec, OutputPipe output, CancellationToken stop);

internal sealed record Launched(Child Process, HostChannel? Channel)
{
    /// <summary>Sends SIGTERM to the program; null where a signal to <see cref="Process"/> is one to it.</summary>
    internal Action? Terminate { get; init; }
}

/// <summary>A further program of a sandbox, with output and end of its own.</summary>
internal sealed class LaunchedProcess : ISandboxProcess, IDisposable
{
    private readonly TaskCompletionSource<SandboxExit> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SandboxParts parts;
    private readonly OutputPipe output;
    private readonly HostChannel? channel;
    private readonly Child process;
    private readonly Action terminate;

    private LaunchedProcess(SandboxParts parts, OutputPipe output, Launched launched)
    {
        (this.parts, this.output, process, channel) = (parts, output, launched.Process, launched.Channel);
        terminate = launched.Terminate ?? (() => process.Signal(Signals.Terminate));
        parts.Loop.WatchOnce(process.Handle, OnEnded);
    }

    public Task<SandboxExit> Exited => exited.Task;

    /// <exception cref="SandboxException">The program could not be started.</exception>
    internal static async Task<LaunchedProcess> Start(SandboxParts parts, LaunchSpec spec, IOutputSink sink, CancellationToken stop)
    {
        var output = new OutputPipe(parts.Loop, sink);
        try
        {
            return new(parts, output, await parts.Launch(spec, output, stop));
        }
        catch (Exception failure)
        {
            output.Drain(); // what the program, or who was to start it, had to say
            output.Dispose();
            if (failure is OperationCanceledException or SandboxException) throw;
            throw new SandboxException($"{spec.Command[0]} could not be started: {failure.Message}", failure);
        }
    }

    public ValueTask<Socket> Channel(CancellationToken stop) =>
        channel?.Connect(stop) ?? throw new InvalidOperationException("The program was started without a channel.");

    public void DrainOutput() => output.Drain();

    public void Terminate()
    {
        if (!exited.Task.IsCompleted) terminate();
    }

    /// <summary>On the event loop. The group may have been quicker to wait for what it killed: then nobody knows how it ended.</summary>
    private void OnEnded()
    {
        var (end, outOfMemory) = (new ProcessEnd(null, Signals.Kill), false);
        try
        {
            output.Drain();
            outOfMemory = parts.Group.RanOutOfMemory();
            Child.ReapRuntimeHelpers();
            end = process.TryReapEnded() ?? end;
        }
        catch (Exception failure)
        {
            parts.Report($"The end of process {process.Pid} could not be dealt with: {failure}");
        }
        exited.TrySetResult(new(end.ExitCode, end.Signal, outOfMemory));
    }

    /// <summary>Its sandbox is removed; it has ended.</summary>
    public void Dispose()
    {
        channel?.Dispose();
        output.Dispose();
        process.Dispose();
    }
}

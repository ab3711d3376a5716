using Aloft.Sandbox.Groups;
using Aloft.Sandbox.Loop;
using Aloft.Sandbox.Native;

namespace Aloft.Sandbox;

/// <summary>What a sandbox is put together from; each part knows how to take itself away again.</summary>
internal sealed record SandboxParts(
    EventLoop Loop, HostChannel Channel, OutputPipe Output, IResourceGroup Group, ISurroundings Around, TimeProvider Time, Action<string> Report)
{
    internal Launcher Launch { get; init; } = static (spec, _, _) => throw new SandboxException($"Nothing can start {spec.Command[0]}.");

    /// <summary>As <see cref="Launched.Terminate"/>, for the first process.</summary>
    internal Action? Terminate { get; init; }

    /// <summary>Of what is opened here nothing is left where a part of it cannot be had: descriptors run out, a limit is refused.</summary>
    internal static SandboxParts Open(
        EventLoop loop, Func<HostChannel> channel, IOutputSink sink, Func<IResourceGroup> group, ISurroundings around, TimeProvider time,
        Action<string> report)
    {
        HostChannel? opened = null;
        OutputPipe? output = null;
        try
        {
            opened = channel();
            output = new(loop, sink);
            return new(loop, opened, output, group(), around, time, report);
        }
        catch
        {
            output?.Dispose();
            opened?.Dispose();
            around.Remove();
            throw;
        }
    }

    /// <summary>What the technology itself needs on top of a function's limits.</summary>
    internal (long MemoryBytes, int Processes) Overhead { get; init; }

    internal SandboxLimits WithOverhead(SandboxLimits limits) => limits with
    {
        MemoryBytes = limits.MemoryBytes + Overhead.MemoryBytes,
        MaxProcesses = limits.MaxProcesses + Overhead.Processes,
    };

    /// <summary>Removes everything, whether the sandbox ran or failed to boot. Waits for processes to end, within bounds.</summary>
    internal async ValueTask Remove(string id)
    {
        Channel.Dispose();
        var start = Time.GetTimestamp();
        while (!Group.TryRemove())
        {
            if (Time.GetElapsedTime(start) > Limits.Death)
            {
                Report($"Sandbox {id}: its control group cannot be removed, some process in it does not end.");
                break;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(1), Time);
        }
        Group.Dispose();
        Output.Dispose();
        Around.Remove();
        Child.ReapRuntimeHelpers();
    }
}

using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Invoke;

namespace Aloft.Platform.Functions.Development;

/// <summary>
/// What a fleet keeps for code that changes: who waits for an instance, and what those that are starting have missed. Under the fleet's lock.
/// </summary>
internal sealed class DevInstances
{
    readonly List<ReadOnlyMemory<byte>> missed = [];
    TaskCompletionSource<StartResult>? arrival;

    /// <summary>An instance that is starting may have read the files before they changed: it is told behind its start.</summary>
    public HeardChange Hear(ReadOnlyMemory<byte> change, IEnumerable<Instance> instances, int starting)
    {
        var wasStarting = starting > 0;
        if (wasStarting && !change.IsEmpty)
            missed.Add(change);
        ChannelInstance[] running = [.. instances.Cast<ChannelInstance>()];
        if (running.Length > 0)
            return new(running, null, wasStarting, Starts: 0);
        arrival ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        return new([], arrival.Task, wasStarting, wasStarting ? 0 : 1);
    }

    /// <summary>A start has ended, well or not. Returns the changes that one which went well is owed, before it is given anything.</summary>
    public ReadOnlyMemory<byte>[] Started(StartResult result, bool othersAreStarting)
    {
        ReadOnlyMemory<byte>[] owed = result is StartResult.Started ? [.. missed] : [];
        if (result is StartResult.Started && !othersAreStarting)
            missed.Clear();
        arrival?.SetResult(result);
        arrival = null;
        return owed;
    }

    /// <summary>Tells the fleet's instances, or the one that it gets, what has changed.</summary>
    /// <param name="change">The RELOAD frame's JSON; empty to have an instance started and no more.</param>
    public static async Task<IReadOnlyList<ReloadOutcome>> Reload(Fleet fleet, ReadOnlyMemory<byte> change, TimeProvider time, CancellationToken stop)
    {
        var (running, next, wasStarting, _) = fleet.Hear(change);
        if (next is null)
            return change.IsEmpty
                ? [.. running.Select(instance => new ReloadOutcome(instance.Sandbox.Id, ReloadState.Live, instance.LoadFailure))]
                : await Task.WhenAll(running.Select(instance => instance.Reload(change)));
        return
        [
            await next.WaitAsync(Limits.Start, time, stop) switch
            {
                StartResult.Started { Instance: ChannelInstance instance } when wasStarting && !change.IsEmpty =>
                    await instance.Reload(change) with { State = ReloadState.New },
                StartResult.Started { Instance: ChannelInstance instance } => new(instance.Sandbox.Id, ReloadState.New, instance.LoadFailure),
                StartResult.InitFailed failed => new("", ReloadState.Gone, failed.ErrorJson),
                StartResult.NoSandbox none => new("", ReloadState.Gone, Reason("Aloft.NoSandbox", none.Why)),
                _ => new("", ReloadState.Gone, Reason("Aloft.NoMemory", "This node has no memory left for an instance of the function.")),
            },
        ];
    }

    static string Reason(string type, string message) => new JsonObject { ["errorType"] = type, ["errorMessage"] = message }.ToJsonString();
}

/// <summary>Who is to load a change.</summary>
/// <param name="Next">Where none is running: completes with the next start, however it ends.</param>
/// <param name="WasStarting">A start had begun before.</param>
/// <param name="Starts">How many are to be started now.</param>
internal readonly record struct HeardChange(ChannelInstance[] Running, Task<StartResult>? Next, bool WasStarting, int Starts);

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

    /// <summary>Completes with the next start, however it ends.</summary>
    public Task<StartResult> NextStart() => (arrival ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>An instance that is starting may have read the files before they changed.</summary>
    public void Missed(ReadOnlyMemory<byte> change) => missed.Add(change);

    /// <summary>The changes that an instance which has just started is to be told of.</summary>
    public ReadOnlyMemory<byte>[] Owed(bool othersAreStarting)
    {
        ReadOnlyMemory<byte>[] owed = [.. missed];
        if (!othersAreStarting)
            missed.Clear();
        return owed;
    }

    public void Started(StartResult result)
    {
        arrival?.SetResult(result);
        arrival = null;
    }

    /// <summary>Tells the fleet's instances, or the one that it gets, what has changed.</summary>
    /// <param name="change">The RELOAD frame's JSON; empty to have an instance started and no more.</param>
    public static async Task<IReadOnlyList<ReloadOutcome>> Reload(Fleet fleet, ReadOnlyMemory<byte> change, TimeProvider time, CancellationToken stop)
    {
        var (running, next, wasStarting) = fleet.Hear(change);
        if (next is null)
            return change.IsEmpty
                ? [.. running.Cast<ChannelInstance>().Select(instance => new ReloadOutcome(instance.Sandbox.Id, ReloadState.Live, instance.LoadFailure))]
                : await Task.WhenAll(running.Cast<ChannelInstance>().Select(instance => instance.Reload(change)));
        return
        [
            await next.WaitAsync(Limits.Start, time, stop) switch
            {
                StartResult.Started { Instance: ChannelInstance instance } when wasStarting && !change.IsEmpty =>
                    await instance.Reload(change) with { State = ReloadState.New },
                StartResult.Started { Instance: ChannelInstance instance } => new(instance.Sandbox.Id, ReloadState.New, instance.LoadFailure),
                StartResult.InitFailed failed => new("", ReloadState.Gone, failed.Reason),
                StartResult.NoSandbox none => new("", ReloadState.Gone, Reason("Aloft.NoSandbox", none.Reason)),
                _ => new("", ReloadState.Gone, Reason("Aloft.NoMemory", "This node has no memory left for an instance of the function.")),
            },
        ];
    }

    static string Reason(string type, string message) => new JsonObject { ["errorType"] = type, ["errorMessage"] = message }.ToJsonString();
}

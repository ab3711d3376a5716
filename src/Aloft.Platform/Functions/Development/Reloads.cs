namespace Aloft.Platform.Functions.Development;

/// <summary>What an instance's runtime has been told of changed code, and of debuggers, and has not answered yet. Answers come in order.</summary>
internal sealed class Reloads
{
    readonly Lock gate = new();
    readonly Queue<TaskCompletionSource<bool>> loading = new();
    TaskCompletionSource? hearing;
    bool ended;

    /// <summary>Completes when the runtime has loaded what it is told of by <paramref name="send"/>; false when it ended over it.</summary>
    public Task<bool> Begin(Action send)
    {
        var loaded = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (ended)
                return Task.FromResult(false);
            loading.Enqueue(loaded);
            send();
        }
        return loaded.Task;
    }

    public void Loaded()
    {
        lock (gate)
            if (!loading.TryDequeue(out var loaded))
                throw new InvalidDataException("A runtime loaded code that nobody had told it of.");
            else
                loaded.SetResult(true);
    }

    /// <summary>Completes when the runtime has heard of the debugger.</summary>
    public Task ExpectHearing()
    {
        lock (gate)
            return (hearing = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    public void Heard()
    {
        lock (gate)
            hearing?.TrySetResult();
    }

    /// <summary>The runtime says nothing more.</summary>
    public void End()
    {
        lock (gate)
        {
            ended = true;
            while (loading.TryDequeue(out var loaded))
                loaded.SetResult(false);
            hearing?.TrySetResult();
        }
    }

    /// <summary>What becomes of it within the time that somebody who saves a file may be kept waiting.</summary>
    /// <param name="isBusy">Whether an invocation runs: the runtime loads the code behind it.</param>
    public static async Task<ReloadState> Outcome(Task<bool> loaded, Func<bool> isBusy, TimeProvider time)
    {
        if (isBusy() && !await IsDone(loaded, Limits.BusyPatience, time) && isBusy())
            return ReloadState.Busy;
        return await IsDone(loaded, Limits.Reload, time) && await loaded ? ReloadState.Live : ReloadState.Gone;
    }

    static async Task<bool> IsDone(Task<bool> loaded, TimeSpan within, TimeProvider time)
    {
        using var done = new CancellationTokenSource();
        var first = await Task.WhenAny(loaded, Task.Delay(within, time, done.Token));
        await done.CancelAsync();
        return first == loaded;
    }
}

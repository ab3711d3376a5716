using System.Collections.Concurrent;
using Aloft.Platform.Functions.Code;
using Aloft.Storage;
using Aloft.Wire;
using Microsoft.Extensions.Logging;

namespace Aloft.Platform.Functions.Registry;

/// <summary>
/// Makes functions that were created or changed ready to run in the background, a few at a time: their code is unpacked on this node,
/// then they become <c>Active</c> and their update <c>Successful</c>. What a kill interrupts is taken up again at the next start;
/// several nodes doing the same does no harm. https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
/// </summary>
internal sealed partial class Activation(FunctionStore store, CodeStore code, Func<FunctionKey, ValueTask> settled, ILogger log)
    : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, Lazy<Task>> running = new(); // by revision
    readonly SemaphoreSlim turns = new(Limits.ConcurrentActivations);
    readonly CancellationTokenSource lifetime = new();

    /// <summary>Starts it unless it is under way; the task ends when the revision is settled, well or not, and does not throw.</summary>
    public Task Begin(FunctionVersion version) =>
        running.GetOrAdd(version.RevisionId, _ => new(() => Run(version))).Value;

    /// <summary>The same, and waits for it, for a bounded time.</summary>
    public async ValueTask Wait(FunctionVersion version, TimeProvider time, CancellationToken stop)
    {
        try
        {
            await Begin(version).WaitAsync(Limits.ActivationWait, time, stop);
        }
        catch (TimeoutException)
        {
            // Long enough: the caller sees that it is still settling.
        }
    }

    async Task Run(FunctionVersion version)
    {
        await Task.Yield(); // whoever asks goes on
        try
        {
            await turns.WaitAsync(lifetime.Token);
            try
            {
                var outcome = await Outcome(version);
                if (await store.Settle(outcome, lifetime.Token) > 0)
                    await settled(version.Key);
            }
            finally
            {
                turns.Release();
            }
        }
        catch (OperationCanceledException) when (lifetime.IsCancellationRequested)
        {
            // The node stops: the function stays unsettled in the database, and the next start takes it up.
        }
        catch (StorageException fault)
        {
            LogNotSettled(fault, version.Key.Arn.ToString()); // unsettled too: the next change, wait or start takes it up
        }
        finally
        {
            running.TryRemove(version.RevisionId, out _);
        }
    }

    async ValueTask<FunctionVersion> Outcome(FunctionVersion version)
    {
        try
        {
            await code.Folder(version.CodeDigest, lifetime.Token);
            await code.Stack([.. version.Layers.Select(layer => layer.Digest)], lifetime.Token); // here, and not in a cold start
            return version with { State = FunctionState.Active, LastUpdateStatus = UpdateStatus.Successful, Failure = null };
        }
        catch (ApiError refusal)
        {
            return Failed(version, new("InvalidZipFileException", refusal.Message));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or StorageException)
        {
            LogCodeMissing(fault, version.Key.Arn.ToString());
            return Failed(version, new("InternalError", $"The function's code could not be unpacked: {fault.Message}"));
        }
    }

    static FunctionVersion Failed(FunctionVersion version, ActivationFailure failure) => version with
    {
        State = version.State == FunctionState.Pending ? FunctionState.Failed : version.State,
        LastUpdateStatus = UpdateStatus.Failed,
        Failure = failure,
    };

    public async ValueTask DisposeAsync()
    {
        await lifetime.CancelAsync();
        await Task.WhenAll(running.Values.Select(run => run.Value));
        lifetime.Dispose();
    }

    [LoggerMessage(1, LogLevel.Error, "The code of {Function} could not be unpacked; the function is marked as failed.")]
    partial void LogCodeMissing(Exception fault, string function);

    [LoggerMessage(2, LogLevel.Error, "{Function} stays unsettled: its state could not be stored.")]
    partial void LogNotSettled(Exception fault, string function);
}

using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.Concurrency;
using Aloft.Platform.Functions.Extensions;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Iam;
using Aloft.Platform.Kernel;
using Aloft.Sandbox;
using Microsoft.Extensions.Logging;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// A cold start: 1. room in the node's memory, 2. a sandbox (from standby where that is possible), 3. the function's code made
/// visible in it, 4. its limits, 5. its environment, 6. its init phase.
/// </summary>
internal sealed partial class InstanceStarter(
    SandboxBooter booter, StandbyPools pools, RuntimeCatalog catalog, CodeStore code, SessionCredentials credentials,
    MemoryBudget budget, ILogSink logs, TimeProvider time, ILogger log, CancellationToken stop)
{
    readonly Discards discards = new(fault => RemovalFault(log, fault));
    long roomWantedAt = long.MinValue;
    bool roomAsked;
    readonly CancellationTokenSource provisioning = CancellationTokenSource.CreateLinkedTokenSource(stop);
    readonly CancellationTokenSource starting = CancellationTokenSource.CreateLinkedTokenSource(stop);

    /// <summary>
    /// Asked for so many megabytes when the budget is spent: ends an idle instance of some function. False, and nothing is ended, where all
    /// that is idle is less.
    /// </summary>
    public Func<long, bool> MakeRoom { get; set; } = static _ => false;

    /// <summary>Remembers what ran; null where nothing is to be.</summary>
    public InvocationRecorder? Recorder { get; init; }

    public required Processors Processors { get; init; }

    /// <summary>
    /// A function that has no instance cannot get one for want of memory: for a moment, those that have several get no more, and one of
    /// them gives up one that has answered. Whoever still lacks room asks again.
    /// </summary>
    public void WantRoom()
    {
        Volatile.Write(ref roomWantedAt, time.GetTimestamp());
        Volatile.Write(ref roomAsked, true);
    }

    /// <summary>True for the one that is to give up an instance.</summary>
    public bool TakesRoomFromMe() => Volatile.Read(ref roomAsked) && Interlocked.Exchange(ref roomAsked, false);

    public bool IsRoomWanted =>
        Volatile.Read(ref roomWantedAt) is var at && at != long.MinValue && time.GetElapsedTime(at) < Limits.RoomWanted;

    public async ValueTask<StartResult> Start(FunctionVersion function, IInstanceOwner owner, InitializationType type)
    {
        // What is provisioned stays, so it may not have everything: other functions are to find room.
        var kept = type == InitializationType.Provisioned ? budget.TotalMegabytes / Limits.KeptFromProvisioning : 0;
        if (!await TakeRoom(function.MemoryMegabytes, kept)) // 1
            return new StartResult.NoRoom(function.MemoryMegabytes, Ever: function.MemoryMegabytes <= budget.TotalMegabytes);

        var room = new Room(budget, function.MemoryMegabytes);
        var result = await StartWithRoom(function, owner, type, room);
        if (result is not StartResult.Started)
            room.Give();
        return result;
    }

    /// <summary>Ends no more idle instances than it takes: the memory of one that was ended comes back when its sandbox is gone.</summary>
    async ValueTask<bool> TakeRoom(int megabytes, long kept)
    {
        while (true)
        {
            var given = budget.NextGiven;
            if (budget.TryTake(megabytes, kept))
                return true;
            var lacking = budget.Lacks(megabytes, kept);
            if (lacking <= 0)
                await given.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            else if (!MakeRoom(lacking))
                return false;
            if (stop.IsCancellationRequested)
                return false;
        }
    }

    /// <summary>Gives up what is being provisioned: its init phase may be long, and nobody waits for it.</summary>
    public Task StopProvisioning() => provisioning.CancelAsync();

    /// <summary>Gives up every init phase.</summary>
    public Task StopStarting() => starting.CancelAsync();

    async ValueTask<StartResult> StartWithRoom(FunctionVersion function, IInstanceOwner owner, InitializationType type, Room room)
    {
        try
        {
            if (catalog.Resolve(function)?.For(function.Handler) is not { } runtime)
                return new StartResult.NoSandbox(NoRuntime(function));

            var stream = InstanceEnvironment.NewLogStream(time.GetUtcNow(), function.Version);
            var logStream = logs.Open(function.Key.Account, function.Key.Region, function.LogGroup, stream);
            var systemLog = new SystemLog(logStream, function, time, type);
            systemLog.InitStart(runtime);

            var provisioned = type == InitializationType.Provisioned;
            var patience = !provisioned ? Limits.InitPhase : function.Timeout > Limits.ProvisionedInit ? function.Timeout : Limits.ProvisionedInit;
            var plan = new InitPlan(function, runtime, stream, logStream, systemLog, owner) { History = HistoryOf(function), Type = type };
            var (instance, outcome, took) = await Init(plan, patience);
            if (!provisioned && outcome is InitOutcome.Died { Failure.Status: "timeout" })
            {
                // As AWS does: what takes longer than the init phase is begun again within the function's own time-out.
                DiscardFailed(function, instance, outcome, room);
                systemLog.InitReport(took, "timeout", null);
                if (!await TakeRoom(function.MemoryMegabytes, kept: 0))
                    return new StartResult.NoRoom(function.MemoryMegabytes, Ever: true);
                room.Taken();
                (instance, outcome, took) = await Init(plan, function.Timeout);
            }
            if (outcome is InitOutcome.Ready)
                return new StartResult.Started((Instance)instance, took);

            var peak = instance.Sandbox.Usage().PeakMemoryBytes;
            DiscardFailed(function, instance, outcome, room);
            return Failed(function, outcome, took, peak, logStream, systemLog, (instance as Instance)?.Output.Tail);
        }
        catch (SandboxException fault)
        {
            CouldNotStart(log, function.Key.Name, fault.Message);
            return new StartResult.NoSandbox(fault.Message);
        }
        catch (OperationCanceledException)
        {
            return new StartResult.NoSandbox("This node is stopping.");
        }
        catch (Exception fault)
        {
            StartFault(log, function.Key.Name, fault);
            return new StartResult.NoSandbox("The sandbox could not be started: an internal error, see this node's log.");
        }
    }

    static string NoRuntime(FunctionVersion function) => function.RuntimeUpdates is { Mode: RuntimeUpdateMode.Manual, Pinned: { } pinned }
        ? $"The function stays with the runtime version {pinned}, which is not installed on this machine any more. Install it again, or choose "
            + "another one with PutRuntimeManagementConfig."
        : $"No runtime for {function.Runtime} is installed on this machine.";

    async ValueTask<(IEndable, InitOutcome, TimeSpan)> Init(InitPlan plan, TimeSpan patience)
    {
        plan.Function.Session?.Use();
        try
        {
            return await InitSandbox(plan, patience);
        }
        catch
        {
            plan.Function.Session?.Leave();
            throw;
        }
    }

    async ValueTask<(IEndable, InitOutcome, TimeSpan)> InitSandbox(InitPlan plan, TimeSpan patience)
    {
        var function = plan.Function;
        var began = time.GetTimestamp();
        var folders = new CodeFolders(
            function.Session?.Folder.Code ?? await code.Folder(function.CodeDigest, stop),
            await code.Stack([.. function.Layers.Select(layer => layer.Digest)], stop));
        var session = credentials.IssueToFunction(function.Key.Account, function.Role, function.Key.Name, Limits.CredentialLifetime);
        if (OwnStart.IsNeeded(function, folders))
        {
            var own = new OwnStart(booter, plan with { Code = folders, Credentials = session.Credentials, Sandboxed = LimitsOf(function) }, time,
                plan.IsProvisioned ? provisioning.Token : starting.Token);
            var (started, how) = await own.Init(patience);
            return (started, how, time.GetElapsedTime(began));
        }

        var booted = booter.CanStandBy // 2
            ? await pools.For(plan.Runtime.Installed).Take()
            : await booter.Boot(plan.Runtime.Installed, folders, stop);
        try
        {
            if (booter.CanStandBy)
                booted.Sandbox.ShowCode(folders); // 3
            booted.Sandbox.SetLimits(LimitsOf(function)); // 4
            booted.Output.Attach(plan.LogStream, function.Logging);
            var environment = plan.Environment(session.Credentials, booted.Sandbox, booted.Api, booted.AwsEndpoint); // 5
            var instance = plan.Instance(booted, environment, time);
            var extensions = plan.Extensions(booted.Sandbox, booted.Api, booted.Output, time);
            async Task<InitOutcome> Phase() => await extensions.Complete(instance, await instance.Init(patience), began, patience, time);
            var outcome = await Phase().WaitAsync(plan.IsProvisioned ? provisioning.Token : starting.Token); // 6
            return (instance, outcome, time.GetElapsedTime(began));
        }
        catch
        {
            await booted.DisposeAsync();
            throw;
        }
    }

    /// <summary>Code under development is in no package, so that nobody could run it again: what it answered is not remembered.</summary>
    VersionBuffer? HistoryOf(FunctionVersion function) => function.Session is null ? Recorder?.For(function) : null;

    /// <summary>AWS gives CPU in proportion to memory. Here a function may use what nobody else needs; under contention the proportion holds.</summary>
    static SandboxLimits LimitsOf(FunctionVersion function)
    {
        var cores = function.MemoryMegabytes / Limits.MegabytesPerCore;
        return new(
            MemoryBytes: function.MemoryMegabytes * 1024L * 1024,
            CpuCores: Math.Clamp(cores, 1, Math.Max(1, Environment.ProcessorCount)),
            CpuWeight: (int)Math.Clamp(cores * 100, 5, 10_000),
            Limits.Processes,
            TmpBytes: function.TmpMegabytes * 1024L * 1024);
    }

    /// <param name="said">The end of what the init phase said.</param>
    StartResult Failed(
        FunctionVersion function, InitOutcome outcome, TimeSpan took, long peakMemoryBytes, ILogStream stream, SystemLog log, LogTail? said)
    {
        var failure = (outcome as InitOutcome.Died)?.Failure;
        var (errorType, message) = failure is null ? FunctionFailure.ErrorIn(((InitOutcome.Failed)outcome).Payload) : (failure.ErrorType, failure.Message);
        log.InitReport(took, failure?.Status ?? "error", errorType);

        InvocationAnswer Answer(Invocation invocation) =>
            new(AnswerKind.FunctionError, failure is null ? ((InitOutcome.Failed)outcome).Payload : failure.Payload(invocation.RequestId));

        return new StartResult.InitFailed(
            Answer,
            invocation =>
            {
                var now = time.GetUtcNow();
                log.Write(new(PlatformRecordKind.Start, now, invocation.RequestId, function.Version), invocation.Tail);
                if (said?.ToArray() is { Length: > 0 } words)
                    invocation.Tail?.Append(words); // as if it had begun the init phase itself: there is nothing else to tell why it failed
                if (failure is not null)
                {
                    var line = log.FailureLine(failure, invocation.RequestId, now);
                    stream.Append(now, line);
                    invocation.Tail?.Append(line);
                }
                var report = new PlatformRecord(PlatformRecordKind.Report, now, invocation.RequestId, function.Version)
                {
                    Duration = took,
                    MemoryMegabytes = function.MemoryMegabytes,
                    PeakMemoryBytes = peakMemoryBytes,
                    Status = failure?.Status ?? "error",
                    ErrorType = failure?.Status == "timeout" ? null : errorType,
                };
                log.End(report, invocation.Tail);
                HistoryOf(function)?.Append(invocation, report, Answer(invocation));
            },
            $"{errorType}: {message}")
        {
            ErrorJson = System.Text.Encoding.UTF8.GetString(failure is null ? ((InitOutcome.Failed)outcome).Payload.Span : failure.Payload(Guid.Empty)),
        };
    }

    /// <summary>Removes the instance's sandbox behind, and gives its memory back when that is gone.</summary>
    public void Discard(Instance instance) => Discard(instance, instance.Function, () => instance.ShutDown());

    /// <summary>What has not come through its init phase.</summary>
    void DiscardFailed(FunctionVersion function, IEndable instance, InitOutcome outcome, Room room)
    {
        var reason = outcome is InitOutcome.Died { Failure.Status: "timeout" } ? ShutdownReason.Timeout : ShutdownReason.Failure;
        room.GoesWithSandbox();
        Discard(instance, function, () => instance.ShutDown(reason));
    }

    void Discard(IEndable instance, FunctionVersion function, Func<Task> shutDown)
    {
        budget.Leave(function.MemoryMegabytes);
        discards.Add(async () =>
        {
            try
            {
                await shutDown();
            }
            finally
            {
                try
                {
                    await instance.DisposeAsync();
                }
                finally
                {
                    function.Session?.Leave();
                    budget.GiveLeft(function.MemoryMegabytes);
                }
            }
        });
    }

    /// <summary>The memory of one start: given back once, by the start or by the removal of the sandbox that had it.</summary>
    sealed class Room(MemoryBudget budget, int megabytes)
    {
        bool isHeld = true;

        public void Taken() => isHeld = true;

        public void GoesWithSandbox() => isHeld = false;

        public void Give()
        {
            if (isHeld)
                budget.Give(megabytes);
        }
    }

    /// <summary>Completes when everything that was discarded is gone.</summary>
    public Task Discarded() => discards.All();

    [LoggerMessage(Level = LogLevel.Error, Message = "No sandbox for {Function}: {Reason}")]
    static partial void CouldNotStart(ILogger log, string function, string reason);

    /// <summary>It is ended instead: what cannot be frozen would take processor time for as long as it is kept.</summary>
    public void CannotFreeze(FunctionVersion function, SandboxException fault) => NotFrozen(log, function.Key.Name, fault.Message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An idle instance of {Function} is ended: {Reason}")]
    static partial void NotFrozen(ILogger log, string function, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Removing a sandbox failed")]
    static partial void RemovalFault(ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "Starting an instance of {Function} failed")]
    static partial void StartFault(ILogger log, string function, Exception fault);
}

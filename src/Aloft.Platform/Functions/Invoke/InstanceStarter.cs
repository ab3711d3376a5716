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

/// <summary>How an attempt to start an instance ended.</summary>
internal abstract record StartResult
{
    StartResult() { }

    public sealed record Started(Instance Instance, TimeSpan InitDuration) : StartResult;

    /// <summary>The function's code, not the platform, is why. <paramref name="Log"/> writes what an invocation that meets it leaves in the log.</summary>
    public sealed record InitFailed(Func<Invocation, InvocationAnswer> Answer, Action<Invocation> Log) : StartResult;

    public sealed record NoRoom : StartResult;

    public sealed record NoSandbox(string Reason) : StartResult;
}

/// <summary>
/// A cold start: 1. room in the node's memory, 2. a sandbox (from standby where that is possible), 3. the function's code made
/// visible in it, 4. its limits, 5. its environment, 6. its init phase.
/// </summary>
internal sealed partial class InstanceStarter(
    SandboxBooter booter, StandbyPools pools, RuntimeCatalog catalog, CodeStore code, SessionCredentials credentials,
    MemoryBudget budget, ILogSink logs, TimeProvider time, ILogger log, CancellationToken stop)
{
    readonly Discards discards = new();

    /// <summary>Asked for room when the budget is spent: ends an idle instance of some function, false when none is idle.</summary>
    public Func<bool> MakeRoom { get; set; } = static () => false;

    /// <summary>Remembers what ran; null where nothing is to be.</summary>
    public InvocationRecorder? Recorder { get; init; }

    public async ValueTask<StartResult> Start(FunctionVersion function, IInstanceOwner owner)
    {
        while (!budget.TryTake(function.MemoryMegabytes)) // 1
            if (!MakeRoom())
                return new StartResult.NoRoom();

        var result = await StartWithRoom(function, owner);
        if (result is not StartResult.Started)
            budget.Give(function.MemoryMegabytes);
        return result;
    }

    async ValueTask<StartResult> StartWithRoom(FunctionVersion function, IInstanceOwner owner)
    {
        try
        {
            if (catalog.Resolve(function)?.For(function.Handler) is not { } runtime)
                return new StartResult.NoSandbox(NoRuntime(function));

            var stream = InstanceEnvironment.NewLogStream(time.GetUtcNow(), function.Version);
            var logStream = logs.Open(function.Key.Account, function.Key.Region, function.LogGroup, stream);
            var systemLog = new SystemLog(logStream, function, time);
            systemLog.InitStart(runtime);

            var plan = new InitPlan(function, runtime, stream, logStream, systemLog, owner) { History = Recorder?.For(function) };
            var (instance, outcome, took) = await Init(plan, Limits.InitPhase);
            if (outcome is InitOutcome.Died { Failure.Status: "timeout" })
            {
                // As AWS does: what takes longer than the init phase is begun again within the function's own time-out.
                DiscardFailed(instance, outcome);
                systemLog.InitReport(took, "timeout", null);
                (instance, outcome, took) = await Init(plan, function.Timeout);
            }
            if (outcome is InitOutcome.Ready)
                return new StartResult.Started((Instance)instance, took);

            var peak = instance.Sandbox.Usage().PeakMemoryBytes;
            DiscardFailed(instance, outcome);
            return Failed(function, outcome, took, peak, logStream, systemLog);
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
        var function = plan.Function;
        var began = time.GetTimestamp();
        var folders = new CodeFolders(
            await code.Folder(function.CodeDigest, stop), await code.Stack([.. function.Layers.Select(layer => layer.Digest)], stop));
        var session = credentials.IssueToFunction(function.Key.Account, function.Role, function.Key.Name, Limits.CredentialLifetime);
        if (OwnStart.IsNeeded(function, folders))
        {
            var own = new OwnStart(booter, plan with { Code = folders, Credentials = session.Credentials, Sandboxed = LimitsOf(function) }, time, stop);
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
            var outcome = await extensions.Complete(instance, await instance.Init(patience), began, patience, time); // 6
            return (instance, outcome, time.GetElapsedTime(began));
        }
        catch
        {
            await booted.DisposeAsync();
            throw;
        }
    }

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

    StartResult Failed(FunctionVersion function, InitOutcome outcome, TimeSpan took, long peakMemoryBytes, ILogStream stream, SystemLog log)
    {
        var died = outcome as InitOutcome.Died;
        // A time-out in the second try is the invocation's own.
        var failure = died?.Failure.Status == "timeout" ? FunctionFailure.TimedOut(function.Timeout) : died?.Failure;
        var errorType = failure is null ? FunctionFailure.TypeOf(((InitOutcome.Failed)outcome).Payload) : failure.ErrorType;
        log.InitReport(took, failure?.Status ?? "error", errorType);

        InvocationAnswer Answer(Invocation invocation) =>
            new(AnswerKind.FunctionError, failure is null ? ((InitOutcome.Failed)outcome).Payload : failure.Payload(invocation.RequestId));

        return new StartResult.InitFailed(
            Answer,
            invocation =>
            {
                var now = time.GetUtcNow();
                log.Write(new(PlatformRecordKind.Start, now, invocation.RequestId, function.Version), invocation.Tail);
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
                Recorder?.For(function).Append(invocation, report, Answer(invocation));
            });
    }

    /// <summary>Gives the instance's memory back and removes its sandbox behind.</summary>
    public void Discard(Instance instance) =>
        discards.Add(async () =>
        {
            await instance.ShutDown();
            await instance.DisposeAsync();
            budget.Give(instance.Function.MemoryMegabytes);
        });

    /// <summary>What has not come through its init phase. Its memory is its caller's to give back.</summary>
    void DiscardFailed(IEndable instance, InitOutcome outcome)
    {
        var reason = outcome is InitOutcome.Died { Failure.Status: "timeout" } ? ShutdownReason.Timeout : ShutdownReason.Failure;
        discards.Add(async () =>
        {
            await instance.ShutDown(reason);
            await instance.DisposeAsync();
        });
    }


    /// <summary>Completes when everything that was discarded is gone.</summary>
    public Task Discarded() => discards.All();

    [LoggerMessage(Level = LogLevel.Error, Message = "No sandbox for {Function}: {Reason}")]
    static partial void CouldNotStart(ILogger log, string function, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Starting an instance of {Function} failed")]
    static partial void StartFault(ILogger log, string function, Exception fault);
}

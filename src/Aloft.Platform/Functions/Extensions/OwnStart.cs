using Aloft.Platform.Functions.Extensions.Telemetry;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Extensions;

/// <summary>
/// A cold start without a standby, for a function with external extensions or a wrapper: 1. a sandbox of its own, 2. its extensions, each
/// of which must register, 3. its runtime (at the same time, unless a wrapper starts it), 4. the function.
/// </summary>
internal sealed class OwnStart(SandboxBooter booter, InitPlan plan, TimeProvider time, CancellationToken stop)
{
    const string ExtensionsFolder = "/opt/extensions";

    readonly long began = time.GetTimestamp();

    public static bool IsNeeded(FunctionVersion function, CodeFolders code) =>
        InstanceEnvironment.WrapperOf(function) is not null || Programs(code).Any();

    /// <summary>Every file in the layers' folder for them is one, whatever it is: what cannot be run fails the start, as in AWS.</summary>
    static IEnumerable<string> Programs(CodeFolders code)
    {
        if (code.Opt is null || new DirectoryInfo($"{code.Opt}/extensions") is not { Exists: true } folder)
            return [];
        return folder.EnumerateFileSystemInfos()
            .Where(static entry => entry is FileInfo || entry.LinkTarget is not null)
            .Select(static entry => entry.Name)
            .Order(StringComparer.Ordinal);
    }

    public async ValueTask<(IEndable, InitOutcome)> Init(TimeSpan patience)
    {
        var (function, code) = (plan.Function, plan.Code!);
        var blank = await booter.BootBlank(plan.Runtime.Installed, code, stop); // 1
        var output = new InstanceOutput(time);
        var extensions = plan.Extensions(blank.Sandbox, blank.Api, output, time);
        output.Tap = (when, line) => extensions.Set.Telemetry.Line(RecordTypes.Function, when, line);
        var part = new StartedPart(blank, extensions.Set);
        try
        {
            blank.Sandbox.SetLimits(plan.Sandboxed!);
            var environment = plan.Environment(plan.Credentials!, blank.Sandbox, blank.Api, blank.AwsEndpoint);
            var wrapper = InstanceEnvironment.WrapperOf(function);
            using var limit = new CancellationTokenSource(patience, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);

            if (wrapper is not null)
                output.Attach(plan.LogStream, function.Logging); // what it says is the function's
            var early = wrapper is null ? StartRuntime(null) : null;
            var registered = Launch(blank.Sandbox, extensions.Set, environment, both.Token); // 2
            var failed = await ExtensionInit.Failing(extensions.Set, registered, patience);
            if (failed is not null)
            {
                await limit.CancelAsync();
                await Task.WhenAll(early ?? Task.CompletedTask, registered).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return (part, Told(extensions.Set, failed));
            }

            BootedSandbox booted;
            try
            {
                booted = await (early ?? StartRuntime(wrapper)); // 3
            }
            catch (SandboxException fault) when (wrapper is not null)
            {
                return (part, Told(extensions.Set, new InitOutcome.Died(FunctionFailure.InvalidEntrypoint($"{wrapper}: {fault.Message}"))));
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return (part, Told(extensions.Set, new InitOutcome.Died(FunctionFailure.TimedOut(patience))));
            }
            if (wrapper is null)
                output.Attach(plan.LogStream, function.Logging);

            var instance = plan.Instance(booted, environment, time); // 4
            var left = patience - time.GetElapsedTime(began);
            var init = instance.Init(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1)).AsTask();
            await Task.WhenAny(init, extensions.Set.Failed);
            var outcome = init.IsCompleted ? await init : new InitOutcome.Died(await extensions.Set.Failed);
            return (instance, await extensions.Complete(instance, outcome, began, patience, time));

            Task<BootedSandbox> StartRuntime(string? through) =>
                booter.StartRuntime(blank, plan.Runtime.Installed, through, environment.Variables, output, both.Token).AsTask();
        }
        catch
        {
            await part.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs them all, and waits until each has registered. Of too many none is run: a layer may hold a hundred thousand files.</summary>
    async Task Launch(ISandbox sandbox, ExtensionSet set, InstanceEnvironment environment, CancellationToken limit)
    {
        var names = Programs(plan.Code!).Take(Limits.Extensions + 1).ToList();
        if (names.Count > Limits.Extensions)
        {
            set.NotLaunched(set.AddExternal(names[^1]), Refusal.TooMany.Message);
            return;
        }
        var programs = names.Select(name => (Name: name, Extension: set.AddExternal(name))).ToList();
        var variables = environment.ForExtensions();
        await Task.WhenAll(programs.Select(async program =>
        {
            var lines = new InstanceOutput(time) { Tap = (when, line) => set.Telemetry.Line(RecordTypes.Extension, when, line) };
            lines.Attach(plan.LogStream, LogSettings.Text); // levels are the function's
            try
            {
                program.Extension.Process = await sandbox.Launch(new([$"{ExtensionsFolder}/{program.Name}"], variables), lines, limit);
                _ = Watch(program.Extension, program.Extension.Process, lines);
            }
            catch (SandboxException fault)
            {
                set.NotLaunched(program.Extension, fault.Message);
            }
        }));
        await set.WhenRegistered(limit);

        async Task Watch(Extension extension, ISandboxProcess process, InstanceOutput lines)
        {
            var exit = await process.Exited;
            lines.EndInvocation(); // a last line without a line feed
            set.Ended(extension, exit);
        }
    }

    static InitOutcome Told(ExtensionSet set, InitOutcome outcome)
    {
        set.TellAll();
        return outcome;
    }

    /// <summary>What there is of an instance whose start failed before its runtime ran.</summary>
    sealed class StartedPart(BlankSandbox blank, ExtensionSet extensions) : IEndable
    {
        public ISandbox Sandbox => blank.Sandbox;

        public async Task ShutDown(ShutdownReason? reason)
        {
            await extensions.ShutDown(runtime: null, reason ?? ShutdownReason.Failure);
            blank.Sandbox.Kill();
        }

        public async ValueTask DisposeAsync()
        {
            await extensions.DisposeAsync();
            await blank.DisposeAsync();
        }
    }
}

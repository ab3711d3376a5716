using Aloft.Client;
using Aloft.Deploying;
using Aloft.Packaging;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Developing;

/// <summary>What <c>aloft dev</c> was asked for.</summary>
/// <param name="SourceAt">The source as it is then: its aloft.json may change.</param>
/// <param name="Inspect">A debugger is to be waited for.</param>
/// <param name="InspectPort">Where; null for the language's customary port.</param>
internal sealed record DevWishes(Func<Source> SourceAt, Wishes Function, bool Inspect, int? InspectPort);

/// <summary>
/// One run of <c>aloft dev</c>: deploys, begins a session on the node, sends it each save, renews it, begins anew when the node has been
/// restarted, and in the end deploys what is live.
/// </summary>
internal sealed class DevRun(Surroundings around, Connection connection, DevWishes wishes, DevScreen screen)
{
    readonly Deployer deployer = new(connection, around.Error, around.Clock);
    Source source = wishes.SourceAt();
    Deployment deployment = null!;
    DevClient client = null!;
    KnownFiles? known; // what is live; null where a process cannot take in what is packed
    KnownFiles? inputs; // what the package is built from; null where that is the package itself
    IReadOnlySet<string>? owed = new HashSet<string>(); // saved, and not known to be live; null: anything may be
    string? session; // null where each save is deployed
    bool isBroken;
    bool isUnbuilt;

    /// <summary>The function as it is then.</summary>
    public Task<Deployment> Deploy(CancellationToken stop) => Deploy(source, stop);

    /// <param name="next">Takes the place of the source once it is deployed.</param>
    async Task<Deployment> Deploy(Source next, CancellationToken stop)
    {
        var (package, before) = (IsBuilt(next) ? null : Known(next.FilesAt), Inputs(next)); // what is saved from here on is another save
        try
        {
            deployment = await deployer.Deploy(next, wishes.Function, stop);
        }
        finally
        {
            inputs = next.Manifest.Build is null ? before : Inputs(next); // a build has been tried with them, and what it wrote is no save
        }
        (source, known) = (next, package ?? Known(next.FilesAt));
        return deployment;
    }

    /// <summary>The package has files that are not there, or not as they will be, before a build.</summary>
    static bool IsBuilt(Source source) => source.Manifest.Build is not null || source.Build is not null;

    static KnownFiles? Known(Func<string?, IReadOnlyList<PackageFile>>? filesAt) => filesAt is null ? null : new(filesAt);

    static KnownFiles? Inputs(Source source) => Known(source.InputsAt ?? (IsBuilt(source) ? source.FilesAt : null));

    public async Task BeginSession(CancellationToken stop)
    {
        client = new(connection.Api, deployment.Function.Name);
        if (known is null)
        {
            await NotInPlace("a process cannot take in what is built from it");
            return;
        }
        try
        {
            var port = wishes.Inspect ? wishes.InspectPort ?? CustomaryPort : (int?)null;
            var liveness = await client.Begin(port, stop);
            session = liveness.Session;
            isBroken = liveness.Sandboxes.Any(sandbox => sandbox.Error is not null);
            if (isBroken)
                screen.Saved(["the code"], TimeSpan.Zero, liveness);
            screen.Note($"runs in sandbox {string.Join(", ", liveness.Sandboxes.Select(sandbox => sandbox.Id))}");
            if (port is not null)
                screen.Note(
                    $"a debugger may attach to 127.0.0.1:{port} on the node's machine; the code is at /var/task there. The first invocation after the start "
                    + "and after each save waits for it, invocations run one at a time, and the time-out's clock stands still while one waits or is attached.");
        }
        catch (RequestRefused refused) when (refused.Code is "UnsupportedRuntimeException" or "UnknownOperationException")
        {
            await NotInPlace(refused.Code == "UnsupportedRuntimeException" ? refused.Message[(refused.Code.Length + 2)..] : "the endpoint is not Aloft");
        }
    }

    Task NotInPlace(string why)
    {
        if (wishes.Inspect)
            throw CommandFailed.Usage($"--inspect is for code that runs as it is saved, in Node and Python: {why}");
        session = null;
        screen.Note($"each save is deployed, and runs in a new sandbox: {why.TrimEnd('.')}.");
        return Task.CompletedTask;
    }

    int CustomaryPort => RuntimeCatalog.LanguageOf(deployment.Function.Runtime) == Language.Python ? 5678 : 9229;

    /// <summary>Makes saves live until <paramref name="stop"/>.</summary>
    public async Task Follow(SourceWatch watch, CancellationToken stop)
    {
        var saved = watch.Next(stop);
        while (true)
        {
            var renewal = Task.Delay(ProgramLimits.RenewSession, around.Clock, stop);
            if (await Task.WhenAny(saved, renewal) == saved)
            {
                var save = await saved;
                await Guarded(() => Renewing(() => Take(watch, save, stop), stop), stop);
                saved = watch.Next(stop);
            }
            else
            {
                await renewal;
                if (session is { } current)
                    await Guarded(() => client.Renew(current, stop), stop);
            }
        }
    }

    /// <summary>A build may take longer than the session lasts.</summary>
    async Task Renewing(Func<Task> step, CancellationToken stop)
    {
        var taking = step();
        while (await Task.WhenAny(taking, Task.Delay(ProgramLimits.RenewSession, around.Clock, stop)) != taking && !stop.IsCancellationRequested)
            try
            {
                if (session is { } current)
                    await client.Renew(current, stop);
            }
            catch (Exception fault) when (fault is CommandFailed or OperationCanceledException)
            {
                // The step, or the next renewal, fails for the same reason.
            }
        await taking;
    }

    /// <summary>What is wrong with a save is told, and the next one may be better. A node that has gone is waited for.</summary>
    async Task Guarded(Func<Task> step, CancellationToken stop)
    {
        try
        {
            await step();
        }
        catch (RequestRefused refused) when (refused.IsNotFound)
        {
            screen.Note("the node has lost the session; it is begun anew.");
            await UntilThere(Anew, stop);
        }
        catch (RequestRefused refused) when (refused.Code == "DevelopmentTakenOverException")
        {
            throw;
        }
        catch (CommandFailed failure) when (failure.ExitCode == ExitCode.Unreachable && failure is not RequestRefused)
        {
            screen.Note($"{failure.Message} Waiting for it.");
            await UntilThere(Anew, stop);
        }
        catch (Exception fault) when (IsTold(fault))
        {
            screen.Note($"aloft: {fault.Message}");
        }
    }

    static bool IsTold(Exception fault) => fault is CommandFailed or IOException or UnauthorizedAccessException;

    async Task Anew()
    {
        await Deploy(around.Stop);
        await BeginSession(around.Stop);
        owed = new HashSet<string>();
    }

    async Task UntilThere(Func<Task> step, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await step();
                screen.Note("the node is there; what is saved is live.");
                return;
            }
            catch (CommandFailed failure) when (failure.ExitCode == ExitCode.Unreachable)
            {
                await Task.Delay(ProgramLimits.NodeReturns, around.Clock, stop);
            }
            catch (Exception fault) when (IsTold(fault))
            {
                screen.Note($"aloft: {fault.Message}");
                return;
            }
        }
    }

    /// <summary>Whatever fails leaves its paths to the next save: what is live must not be a mix of what was saved before and after.</summary>
    async Task Take(SourceWatch watch, Save save, CancellationToken stop)
    {
        owed = owed is null || save.Paths is null || owed.Count > ProgramLimits.ChangedPaths ? null : owed.Union(save.Paths).ToHashSet();
        if (owed?.Contains(Manifest.FileName) == true)
            await Replace(wishes.SourceAt(), [Manifest.FileName], save, stop);
        else
        {
            var saved = (inputs ?? known!).Since(owed);
            if (saved.HasEmptied && await watch.More(ProgramLimits.EmptySettles, stop))
                return; // some of it is still being written: what comes is another save
            if (!saved.IsEmpty)
                await MakeLive(saved, save, stop);
        }
        owed = new HashSet<string>();
    }

    async Task MakeLive(SourceChange saved, Save save, CancellationToken stop)
    {
        if (source is { Folder: null, Build: null, FilesAt: not null } && wishes.SourceAt() is var now && IsStoredOtherwise(now))
            await Replace(now, [.. now.FilesAt!(null).Select(file => file.Path)], save, stop);
        else if (session is null)
            await Redeploy(source, saved.Paths, save, stop);
        else
            await Change(session, saved, save, stop);
    }

    /// <summary>In the sandboxes that run the function.</summary>
    async Task Change(string current, SourceChange saved, Save save, CancellationToken stop)
    {
        var change = saved;
        if (IsBuilt(source))
        {
            await Rebuild(saved, stop);
            change = known!.Since(null);
        }
        if (change.IsEmpty)
            return;
        if (change.Bytes > ProgramLimits.ChangeBytes || ChangesShape(change))
        {
            await Replace(source, change.Paths, save, stop);
            return;
        }
        var liveness = await client.Change(current, change, stop);
        known!.Keep(change);
        isBroken = liveness.Sandboxes.Any(sandbox => sandbox.Error is not null);
        screen.Saved(saved.Paths, around.Clock.GetElapsedTime(save.At), liveness);
    }

    async Task Rebuild(SourceChange saved, CancellationToken stop)
    {
        isUnbuilt = true;
        try
        {
            if (source.Manifest.Build is { } build)
                await Build.Run(build, source.Folder!, around.Error, stop);
            if (source.Build is { } make)
                await make(around.Error, stop);
            isUnbuilt = false;
        }
        finally
        {
            if (source.Manifest.Build is null)
                inputs!.Keep(saved);
            else
                inputs!.KeepAll(); // what the command has written among them is no save, also where it has failed
        }
    }

    /// <summary>A single file may be packed by another name since its syntax has become that of a module.</summary>
    bool IsStoredOtherwise(Source now) =>
        !source.FilesAt!(null).Select(file => file.Path).SequenceEqual(now.FilesAt!(null).Select(file => file.Path));

    /// <summary>Another handler than before is told by the source: that is a change of the function, not only of its code.</summary>
    bool ChangesShape(SourceChange change)
    {
        var handler = deployment.Function.Handler;
        var module = handler.LastIndexOf('.') is >= 0 and var dot ? handler[..dot] : handler;
        return (wishes.Function.Handler ?? source.Manifest.Handler) is null
            && change.Paths.Any(path => path == "package.json" || path == "bootstrap" || path.StartsWith($"{module}.", StringComparison.Ordinal))
            && source.Shape() is { } shape && source.Handler(shape.Handler) != handler;
    }

    /// <summary>What is no change of files alone: deploys, and begins a new session.</summary>
    async Task Replace(Source next, IReadOnlyList<string> paths, Save save, CancellationToken stop)
    {
        await Redeploy(next, paths, save, stop);
        if (known is not null)
            await BeginSession(stop);
    }

    async Task Redeploy(Source next, IReadOnlyList<string> paths, Save save, CancellationToken stop)
    {
        await Deploy(next, stop);
        if (deployment.Changes.Count > 0)
            screen.Deployed(paths, around.Clock.GetElapsedTime(save.At));
    }

    /// <summary>What is live becomes what is deployed.</summary>
    public async Task End(CancellationToken stop)
    {
        if (session is null)
            return;
        try
        {
            var last = known!.Since(null); // a save that the interrupt cut short
            if (!last.IsEmpty)
                isBroken = (await client.Change(session, last, stop)).Sandboxes.Any(sandbox => sandbox.Error is not null);
        }
        catch (RequestRefused refused) when (refused.IsNotFound)
        {
            // It is over: then a deployment tells whether the code is good.
        }
        if (isBroken || isUnbuilt)
            screen.Note($"the code as it is cannot be loaded, so it is not deployed: {deployment.Function.Name} keeps what was deployed before.");
        else
        {
            await Deploy(stop);
            screen.Note($"deployed {deployment.Function.Name}: what was live stays.");
        }
        try
        {
            await client.End(session, stop);
        }
        catch (RequestRefused refused) when (refused.IsNotFound)
        {
            // It was over already.
        }
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Sandbox;
using Aloft.Wire;

namespace Aloft.Platform.Functions.Development;

/// <summary>What became of a change, in each of the function's sandboxes.</summary>
/// <param name="RestartedFor">The file whose change a running process cannot take; null where it could.</param>
public sealed record DevReport(IReadOnlyList<ReloadOutcome> Sandboxes, string? RestartedFor);

/// <summary>
/// Runs functions from code that changes: <c>aloft dev</c>. A session begins with the deployed package and gets each change of a file; the
/// sandboxes stay, and their processes load the code anew. It is this node's alone, lasts as long as its client renews it, and leaves
/// the function with its deployed code.
/// </summary>
public sealed class DevLoop
{
    /// <summary>Module.register.</summary>
    static readonly Version OldestNode = new(20, 6);

    readonly DevSessions sessions;
    readonly Invoker invoker;
    readonly EngineParts parts;
    readonly ConcurrentQueue<DevSession> ended = new();

    internal DevLoop(DevSessions sessions, Invoker invoker, EngineParts parts) =>
        (this.sessions, this.invoker, this.parts) = (sessions, invoker, parts);

    /// <summary>Begins a session, in the place of one that the function may have, and has a sandbox started.</summary>
    /// <exception cref="ApiError">There is no such function, it cannot be reloaded in place, or the debugger's port is taken.</exception>
    public async ValueTask<(DevSession Session, DevReport Report)> Begin(FunctionKey key, int? inspectPort, CancellationToken stop)
    {
        await Task.Yield(); // files are made: not on the thread that a request comes by
        var latest = await Ready(key, stop);
        var runtime = Reloadable(latest);
        if (sessions.Find(key) is { } before)
            Close(before); // its port may be the one that is asked for
        else if (sessions.Count >= Limits.Sessions)
            throw new ApiError("TooManyRequestsException", 429, $"{Limits.Sessions} functions are being developed on this node, the most that it takes.");

        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var folder = DevFolder.Make(parts.Code.NewPath(), await parts.Code.Folder(latest.CodeDigest, stop));
        var session = new DevSession(id, key, inspectPort, folder) { SandboxPort = inspectPort is null ? null : SandboxPort(runtime) };
        try
        {
            if (inspectPort is { } port)
                session.Port = new DebugPort(port, session.SandboxPort!.Value, giveUp => Inspected(session, giveUp), parts.Time);
        }
        catch (SocketException fault)
        {
            folder.Delete();
            throw new ApiError("ResourceConflictException", 409, $"The debugger's port {inspectPort} cannot be had on the node: {fault.Message}");
        }
        await session.Turn.WaitAsync(stop); // it is nobody else's yet
        try
        {
            if (sessions.Begin(session) is { } other)
                Leave(other);
            session.Port?.Open();
            return (session, new(await Reload(session, default, stop), null));
        }
        catch
        {
            Close(session); // its client does not know it
            throw;
        }
        finally
        {
            GiveTurn(session);
        }
    }

    /// <summary>Makes a change visible and has it loaded.</summary>
    /// <exception cref="ApiError">The session is over, or the change is no harmless one: then nothing of it was made.</exception>
    public async ValueTask<DevReport> Change(FunctionKey key, string id, DevChange change, CancellationToken stop)
    {
        var session = Find(key, id);
        await session.Turn.WaitAsync(stop);
        await Task.Yield(); // files are written: not on the thread that a request comes by
        try
        {
            try
            {
                session.Folder.Apply(change);
            }
            catch (DirectoryNotFoundException)
            {
                throw Over(); // its end took the folder away
            }
            if (change.Paths.FirstOrDefault(NeedsNewProcess) is { } file)
            {
                session.Restart();
                sessions.Tell(key);
                return new(await Reload(session, default, stop), file);
            }
            return new(await Reload(session, JsonSerializer.SerializeToUtf8Bytes(change.Paths), stop), null);
        }
        finally
        {
            GiveTurn(session);
        }
    }

    /// <summary>The client has waited all the while: its lease begins anew.</summary>
    void GiveTurn(DevSession session)
    {
        sessions.Renew(session.Key, session.Id);
        session.Turn.Release();
    }

    /// <exception cref="ApiError">The session is over.</exception>
    public void Renew(FunctionKey key, string id) => Find(key, id);

    /// <summary>The next invocation runs the deployed code.</summary>
    public void End(FunctionKey key, string id) => Close(Find(key, id));

    DevSession Find(FunctionKey key, string id) => sessions.Renew(key, id) ?? throw (sessions.Find(key) is null ? Over() : TakenOver());

    static ApiError Over() => new(
        "ResourceNotFoundException", 404, "This session is over: it was not renewed in time, or the node has been restarted.");

    static ApiError TakenOver() => new(
        "DevelopmentTakenOverException", 409, "Somebody else develops this function now, by a session that was begun later on this node.");

    async ValueTask<FunctionVersion> Ready(FunctionKey key, CancellationToken stop)
    {
        var latest = await parts.Registry.Find(key, null, stop) is { } found ? await parts.Registry.WhenSettled(found, stop) : null;
        if (latest is null)
            throw new ApiError("ResourceNotFoundException", 404, $"Function not found: {key.Text}");
        return latest.State == FunctionState.Active
            ? latest
            : throw new ApiError("ResourceConflictException", 409, $"The function is in the state {latest.State}: it cannot run.");
    }

    InstalledRuntime Reloadable(FunctionVersion function)
    {
        var runtime = parts.Catalog.Resolve(function.Runtime)?.For(function.Handler).Installed;
        var why = runtime switch
        {
            null => $"no runtime for {function.Runtime} is installed on this machine",
            { Language: Language.Node } when runtime.Version < OldestNode => $"Node {runtime.Version} cannot; {OldestNode} can",
            { Language: Language.Node or Language.Python } when parts.Driver.Isolation == Isolation.Gvisor =>
                "a gVisor sandbox keeps the files that it has seen; with --isolation container it can",
            { Language: Language.Node or Language.Python } => null,
            _ => $"a process of {function.Runtime} keeps the code that it has loaded",
        };
        return why is null ? runtime! : throw new ApiError("UnsupportedRuntimeException", 400, $"Code cannot be reloaded in place: {why}.");
    }

    /// <summary>Each sandbox has a loopback of its own, so the customary port is free there; without isolation any free one must do.</summary>
    int SandboxPort(InstalledRuntime runtime)
    {
        if (parts.Driver.Isolation != Isolation.Process)
            return runtime.Language == Language.Node ? 9229 : 5678;
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Interpreters keep what they have read of packages' descriptions, and a process can load a native library once.</summary>
    static bool NeedsNewProcess(string path) => Path.GetFileName(path) is "package.json" || Path.GetExtension(path) is ".node" or ".so" or ".pth";

    async ValueTask<IReadOnlyList<ReloadOutcome>> Reload(DevSession session, ReadOnlyMemory<byte> change, CancellationToken stop)
    {
        if (invoker.IsStopping)
            throw new ApiError("ServiceUnavailable", 503, "This node is stopping.");
        var function = sessions.Shown(await Ready(session.Key, stop));
        try
        {
            return function.Session == session ? await DevInstances.Reload(invoker.FleetOf(function), change, parts.Time, stop) : throw Over();
        }
        catch (TimeoutException)
        {
            throw new ApiError("ServiceUnavailable", 503, $"No sandbox was ready within {Limits.Start.TotalSeconds:0} s.");
        }
    }

    async Task<ChannelInstance?> Inspected(DevSession session, CancellationToken stop)
    {
        try
        {
            var function = sessions.Shown(await Ready(session.Key, stop));
            if (function.Session != session)
                return null;
            var heard = invoker.FleetOf(function).Hear(default);
            return heard.Running.FirstOrDefault()
                ?? (await heard.Next!.WaitAsync(Limits.Start, parts.Time, stop) as StartResult.Started)?.Instance as ChannelInstance;
        }
        catch (Exception gone) when (gone is ApiError or TimeoutException)
        {
            return null;
        }
    }

    void Close(DevSession session)
    {
        if (sessions.End(session))
            Leave(session);
    }

    void Leave(DevSession session)
    {
        session.IsOver = true;
        session.Port?.Dispose();
        ended.Enqueue(session);
    }

    /// <summary>Ends the sessions of clients that are not heard of any more, and removes what ended ones have left. Called several times a second.</summary>
    internal void Tidy()
    {
        foreach (var session in sessions.Lapsed())
            Close(session);
        for (var looks = ended.Count; looks > 0 && ended.TryDequeue(out var session); looks--)
            if (session.IsInUse)
                ended.Enqueue(session);
            else
                session.Folder.Delete();
    }

    /// <summary>The node stops; its sandboxes have ended.</summary>
    internal void EndAll()
    {
        foreach (var session in sessions.All)
            Close(session);
        foreach (var session in ended)
            session.Folder.Delete();
    }
}

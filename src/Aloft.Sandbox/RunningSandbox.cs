using System.Net;
using System.Net.Sockets;
using Aloft.Sandbox.Groups;
using Aloft.Sandbox.Loop;
using Aloft.Sandbox.Native;

namespace Aloft.Sandbox;

/// <summary>
/// The life of a sandbox, the same for every technology: a first process, its channel and output, the group of all its processes,
/// and its surroundings.
/// </summary>
internal sealed class RunningSandbox : ISandbox
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource<SandboxExit> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SandboxParts parts;
    private readonly Child first;
    private SandboxLimits limits;
    private readonly List<LaunchedProcess> launched = [];
    private readonly HashSet<Task> launching = [];
    private readonly List<Socket> listening = [];
    private bool codeShown;
    private int disposing;
    private bool removed;

    internal RunningSandbox(SandboxSpec spec, SandboxParts parts, Child first)
    {
        (Id, limits, codeShown) = (spec.Id, spec.Limits, spec.Code is not null);
        (this.parts, this.first) = (parts, first);
        parts.Loop.WatchOnce(first.Handle, OnEnded);
    }

    public string Id { get; }

    public Task<SandboxExit> Exited => exited.Task;

    public ValueTask<Socket> Channel(CancellationToken stop) => parts.Channel.Connect(stop);

    public void ShowCode(CodeFolders code)
    {
        if (codeShown) throw new InvalidOperationException($"Sandbox {Id} has its code already.");
        Explain(() => parts.Around.ShowCode(code), "could not be shown its code");
        codeShown = true;
    }

    public void SetLimits(SandboxLimits limits)
    {
        if (limits == this.limits) return;
        Explain(
            () =>
            {
                parts.Group.SetLimits(parts.WithOverhead(limits));
                if (limits.TmpBytes != this.limits.TmpBytes) parts.Around.ResizeTmp(limits.TmpBytes);
            },
            "could not be given its limits");
        this.limits = limits;
    }

    /// <summary>Closed with the sandbox: an open socket would keep its network, and whoever waits for connections, alive.</summary>
    public Socket Listen(int port)
    {
        var socket = parts.Around.Listen(port);
        lock (gate) listening.Add(socket);
        return socket;
    }

    public async ValueTask<Socket> Connect(int port, CancellationToken stop)
    {
        var socket = NewSocket();
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), stop);
            socket.NoDelay = true;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The sandbox's network is found by its first process, so that must be alive after: while it is, its number is nobody else's.
    /// </summary>
    private Socket NewSocket()
    {
        Socket? socket = null;
        try
        {
            socket = parts.Around.NewSocket();
            lock (gate)
            {
                if (!removed && !exited.Task.IsCompleted && !first.WaitForEnd(TimeSpan.Zero)) return socket;
            }
        }
        catch (Exception gone) when (gone is NativeException or ObjectDisposedException)
        {
            // As below: with its last process it has lost its network.
        }
        socket?.Dispose();
        throw new SandboxException($"Sandbox {Id} has ended: nothing in it can be connected to.");
    }

    public async ValueTask<ISandboxProcess> Launch(LaunchSpec spec, IOutputSink output, CancellationToken stop)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (disposing != 0) throw new SandboxException($"Sandbox {Id} has ended: {spec.Command[0]} cannot be started.");
            launching.Add(done.Task);
        }
        try
        {
            var process = await LaunchedProcess.Start(parts, spec, output, stop);
            lock (gate) launched.Add(process);
            return process;
        }
        finally
        {
            lock (gate) launching.Remove(done.Task);
            done.SetResult();
        }
    }

    public string PathOf(string contractPath) => parts.Around.PathOf(contractPath);

    public void Freeze()
    {
        lock (gate) parts.Group.Freeze();
    }

    public void Thaw()
    {
        lock (gate) parts.Group.Thaw();
    }

    public SandboxUsage Usage() => parts.Group.Usage();

    public bool IsRunnable() => parts.Group.IsRunnable();

    public void ResetPeak() => parts.Group.ResetPeak();

    public void DrainOutput() => parts.Output.Drain();

    public void Terminate()
    {
        lock (gate)
        {
            if (exited.Task.IsCompleted || removed) return;
            if (parts.Terminate is { } terminate) terminate();
            else first.Signal(Signals.Terminate);
        }
    }

    /// <summary>Under the lock that freezing takes: a sandbox must not be frozen again between the signal and the thaw.</summary>
    public void Kill()
    {
        lock (gate)
        {
            if (exited.Task.IsCompleted || removed) return;
            first.Signal(Signals.Kill);
            parts.Group.KillAll();
        }
    }

    /// <summary>
    /// On the event loop: the first process has ended. What it left running ends with it, then its last words are taken. It is waited
    /// for last: until then its number cannot become another process's.
    /// </summary>
    private void OnEnded()
    {
        var (end, outOfMemory) = (default(ProcessEnd), false);
        try
        {
            lock (gate) parts.Group.KillAll();
            parts.Output.Drain();
            outOfMemory = parts.Group.RanOutOfMemory();
            Child.ReapRuntimeHelpers();
            end = first.ReapEnded();
        }
        catch (Exception failure)
        {
            parts.Report($"Sandbox {Id}: the end of its first process could not be dealt with: {failure}");
        }
        exited.TrySetResult(new(end.ExitCode, end.Signal, outOfMemory));
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposing, 1) != 0) return;
        Kill();
        parts.Channel.Dispose();
        await EndLaunches();
        if (!await End())
            parts.Report($"Sandbox {Id} (process {first.Pid}) was killed and does not end.");
        LaunchedProcess[] others;
        lock (gate) (removed, others) = (true, [.. launched]);
        foreach (var socket in listening) socket.Dispose();
        await Task.WhenAny(Task.WhenAll(others.Select(process => process.Exited)), Task.Delay(Limits.Death, parts.Time));
        await parts.Remove(Id);
        foreach (var process in others) process.Dispose();
        first.Dispose();
    }

    /// <summary>What is being started now may come behind the kill.</summary>
    private async ValueTask EndLaunches()
    {
        Task[] late;
        lock (gate) late = [.. launching];
        if (late.Length == 0) return;
        await Task.WhenAny(Task.WhenAll(late), Task.Delay(Limits.Death, parts.Time));
        lock (gate) parts.Group.KillAll();
    }

    /// <summary>
    /// The kernel ends a container's first process when all others in it have been waited for; of one that could not be started, or was
    /// killed while it was, nobody else knows. https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
    /// </summary>
    private async ValueTask<bool> End()
    {
        var start = parts.Time.GetTimestamp();
        while (await Task.WhenAny(Exited, Task.Delay(Limits.UsualDeath, parts.Time)) != Exited)
        {
            if (parts.Time.GetElapsedTime(start) > Limits.Death) return false;
            try
            {
                parts.Group.ReapKilled();
                Child.ReapRuntimeHelpers();
            }
            catch (IOException)
            {
                // No descriptor is free to look with: later.
            }
        }
        return true;
    }

    private void Explain(Action action, string what)
    {
        try
        {
            action();
        }
        catch (Exception failure) when (failure is IOException or NativeException)
        {
            throw new SandboxException($"Sandbox {Id} {what}: {failure.Message}", failure);
        }
    }
}

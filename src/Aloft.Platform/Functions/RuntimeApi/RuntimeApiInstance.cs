using System.Net.Sockets;
using System.Threading.Channels;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.RuntimeApi;

internal readonly record struct Handover(Invocation Invocation, DateTimeOffset Deadline);

/// <summary>An instance whose own <c>bootstrap</c> talks the Runtime API.</summary>
/// <param name="channel">Where what is to be run is told; null when it runs already.</param>
internal sealed class RuntimeApiInstance(
    ISandbox sandbox, Socket? channel, RuntimeApiEndpoint api, FunctionVersion function, InstanceEnvironment environment,
    InstanceOutput output, ILogStream log, IInstanceOwner owner, TimeProvider time)
    : Instance(sandbox, function, output, log, owner, time)
{
    readonly TimeProvider time = time;
    readonly TaskCompletionSource<InitOutcome> initialised = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Two: the one that the runtime has been given, and one that was begun before it came back to ask.
    readonly Channel<Handover> next = Channel.CreateBounded<Handover>(new BoundedChannelOptions(2) { SingleReader = false, SingleWriter = true });

    public ChannelReader<Handover> Next => next.Reader;

    public override async ValueTask<InitOutcome> Init(TimeSpan within)
    {
        api.Attach(this);
        using var patience = new CancellationTokenSource(within, time);
        try
        {
            if (channel is not null)
                await Start(channel, patience.Token);

            var first = await Task.WhenAny(initialised.Task, Sandbox.Exited).WaitAsync(patience.Token);
            return first == initialised.Task ? await initialised.Task : new InitOutcome.Died(ExitedInInit(await Sandbox.Exited));
        }
        catch (OperationCanceledException)
        {
            return new InitOutcome.Died(FunctionFailure.TimedOut(within));
        }
        catch (Exception fault) when (ChannelFault.Is(fault))
        {
            return new InitOutcome.Died(ExitedInInit(await ChannelFault.EndOf(Sandbox, time)));
        }
    }

    async ValueTask Start(Socket channel, CancellationToken stop)
    {
        ReadOnlyMemory<byte> script = environment.ExecScript();
        while (script.Length > 0)
            script = script[await channel.SendAsync(script, SocketFlags.None, stop)..];
        channel.Shutdown(SocketShutdown.Send); // tells that the line is whole
    }

    /// <summary>The shell's own statuses for a program that is not there (127) or not executable (126).</summary>
    FunctionFailure ExitedInInit(SandboxExit exit) => exit.ExitCode switch
    {
        127 => FunctionFailure.InvalidEntrypoint($"Couldn't find valid bootstrap(s): [{environment.TaskRoot}/bootstrap {environment.OptFolder}/bootstrap]"),
        126 => FunctionFailure.InvalidEntrypoint($"fork/exec {environment.TaskRoot}/bootstrap: permission denied"),
        _ => FunctionFailure.Exited(exit),
    };

    protected override ValueTask Send(Invocation invocation, DateTimeOffset deadline) =>
        next.Writer.TryWrite(new(invocation, deadline)) ? ValueTask.CompletedTask : throw new IOException("The runtime does not ask for events.");

    /// <summary>The runtime asks for the next event; false when it owes an answer.</summary>
    public bool TryBecomeReady()
    {
        if (Volatile.Read(ref handedOut) is { } last && last == Running)
            return false;
        initialised.TrySetResult(InitOutcome.Done);
        return true;
    }

    Invocation? handedOut;

    protected override Leaving? Left => new(null, HasBegun: Volatile.Read(ref handedOut) == Running);

    public void HandedOut(Invocation invocation) => Volatile.Write(ref handedOut, invocation);

    public void InitFailed(byte[] payload) => initialised.TrySetResult(new InitOutcome.Failed(payload));

    public bool IsRunning(Guid requestId) => Running is { } running && running.RequestId == requestId;

    public void Answer(Guid requestId, byte[] payload, bool isError)
    {
        if (IsRunning(requestId))
            Answered(payload, isError);
    }

    /// <summary>Where the running invocation's caller takes the answer piece by piece; else null.</summary>
    public ResponseStream? StreamOf(Guid requestId) => Running is { } running && running.RequestId == requestId ? running.Stream : null;

    public void AnswerStreamed(Guid requestId, string contentType)
    {
        if (IsRunning(requestId))
            Answered(default, isError: false, contentType: contentType);
    }

    public void AnswerTooLarge(Guid requestId, long bytes)
    {
        if (IsRunning(requestId))
            Refused(FunctionFailure.ResponseTooLarge(bytes));
    }

    public override async ValueTask DisposeAsync()
    {
        next.Writer.TryComplete();
        channel?.Dispose();
        api.Dispose();
        await base.DisposeAsync();
    }
}

using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Development;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Kernel;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>An instance on one of Aloft's own runtimes (Node, Python), spoken to in frames.</summary>
internal sealed class ChannelInstance(
    ISandbox sandbox, FrameChannel channel, FunctionVersion function, InstanceEnvironment environment, Language language,
    InstanceOutput output, ILogStream log, IInstanceOwner owner, TimeProvider time)
    : Instance(sandbox, function, output, log, owner, time)
{
    readonly TimeProvider time = time;
    readonly Reloads reloads = new();
    Task listening = Task.CompletedTask;
    StreamedAnswer? streamed;
    long heard;
    Leaving? left;

    public override async ValueTask<InitOutcome> Init(TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within, time);
        try
        {
            await channel.SendInit(environment.InitFrame(), patience.Token);
            while (true)
            {
                var frame = await channel.Receive(patience.Token);
                switch (frame?.Type)
                {
                    case null:
                        return new InitOutcome.Died(FunctionFailure.Exited(await ChannelFault.EndOf(Sandbox, time), Left?.Status));
                    case FrameType.Leaving:
                        Leave(frame.Value.Payload);
                        break;
                    case FrameType.InitOk:
                        LoadFailure = TextOf(frame.Value.Payload);
                        listening = Listen();
                        return InitOutcome.Done;
                    case FrameType.InitError:
                        return new InitOutcome.Failed(frame.Value.Payload);
                    case FrameType.Log:
                        Logged(frame.Value.Payload);
                        break;
                    default:
                        throw new InvalidDataException($"A runtime sent a frame of type {frame.Value.Type} during init.");
                }
            }
        }
        catch (OperationCanceledException)
        {
            return new InitOutcome.Died(FunctionFailure.TimedOut(within));
        }
        catch (Exception fault) when (ChannelFault.Is(fault))
        {
            return new InitOutcome.Died(FunctionFailure.Exited(await ChannelFault.EndOf(Sandbox, time)));
        }
    }

    protected override ValueTask Send(Invocation invocation, DateTimeOffset deadline) => channel.SendInvoke(invocation, deadline);

    /// <summary>What is sent ahead of changed code would be run by the old.</summary>
    protected override bool CanGiveBack => language == Language.Node && Function.Session is null;

    protected override void SendRecall() => channel.SendRecall();

    /// <summary>Why its code, which may change, could not be loaded: the error's JSON. Null where it was.</summary>
    public string? LoadFailure { get; private set; }

    /// <summary>Has the runtime load the code that has changed, before it begins another invocation.</summary>
    public async Task<ReloadOutcome> Reload(ReadOnlyMemory<byte> change)
    {
        var loaded = reloads.Begin(() => channel.SendReload(change.Span));
        var state = await Reloads.Outcome(loaded, () => Running is not null, time);
        if (state == ReloadState.Gone && !loaded.IsCompleted)
        {
            if (Clock is not null)
                return new(Sandbox.Id, ReloadState.Busy, null); // a debugger may have stopped it
            Sandbox.Kill(); // what loads for so long is of no use to an invocation either
            LoadFailure ??= new JsonObject
            {
                ["errorType"] = "Aloft.LoadTimeout",
                ["errorMessage"] = $"The code was not loaded within {Development.Limits.Reload.TotalSeconds:0} s.",
            }.ToJsonString();
        }
        return new(Sandbox.Id, state, state == ReloadState.Busy ? null : LoadFailure);
    }

    /// <summary>
    /// A debugger is about to be attached. Completes when the runtime knows of it, or is too busy to hear. Only where it holds
    /// invocations back by itself does it have to know: see runtimes/CHANNEL.md.
    /// </summary>
    public async Task Attach(CancellationToken stop)
    {
        Clock!.Attach();
        if (language != Language.Node)
            return;
        var heard = reloads.ExpectHearing();
        channel.SendDebugger(attached: true);
        await heard.WaitAsync(Development.Limits.DebuggerHeard, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Detach()
    {
        Clock!.Detach();
        if (language == Language.Node && !Clock.IsAttached)
            channel.SendDebugger(attached: false);
    }

    protected override Leaving? Left => Volatile.Read(ref left);

    /// <summary>What holds the channel open beyond the sandbox's end is nothing of ours to wait for.</summary>
    protected override Task HeardOut() =>
        Task.WhenAny(listening, Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None));

    /// <summary>It has answered, and we have not come to read it; or as any other.</summary>
    public override bool IsStarved => channel.HasUnread || base.IsStarved;

    protected override bool HasHeardMore()
    {
        var (before, now) = (heard, channel.Receives);
        heard = now;
        return now != before;
    }

    /// <summary>Until the channel ends, which the sandbox's death follows or explains.</summary>
    async Task Listen()
    {
        try
        {
            while (await channel.Receive(CancellationToken.None) is { } frame)
                Handle(frame);
        }
        catch (Exception fault) when (ChannelFault.Is(fault))
        {
        }
        finally
        {
            reloads.End();
            if (!Ended)
                await ChannelFault.EndOf(Sandbox, time);
        }
    }

    void Handle(Frame frame)
    {
        switch (frame.Type)
        {
            case FrameType.Response when Interlocked.Exchange(ref streamed, null) is { } stream:
                Answered(stream.Whole, isError: false, contentType: stream.ContentType);
                break;
            case FrameType.Response:
                Answered(frame.Payload, isError: false);
                break;
            case FrameType.Error:
                streamed = null;
                Answered(frame.Payload, isError: true);
                break;
            case FrameType.Fatal:
                streamed = null;
                Answered(frame.Payload, isError: true, fatal: true);
                break;
            case FrameType.StreamBegin:
                BeginStream(Encoding.UTF8.GetString(frame.Payload));
                break;
            case FrameType.StreamPiece when streamed is not null:
                if (streamed.Write(frame.Payload) is { } failure)
                    Fail(failure);
                break;
            case FrameType.Log:
                Logged(frame.Payload);
                break;
            case FrameType.Reloaded or FrameType.InitError: // the latter where the runtime ends over it
                LoadFailure = TextOf(frame.Payload);
                reloads.Loaded();
                break;
            case FrameType.Leaving:
                Leave(frame.Payload);
                break;
            case FrameType.Debugging when Clock is not null && frame.Payload.Length == sizeof(int):
                Debugging(BinaryPrimitives.ReadInt32LittleEndian(frame.Payload));
                break;
            case FrameType.GivenBack when frame.Payload.Length == sizeof(int):
                GivenBack(BinaryPrimitives.ReadInt32LittleEndian(frame.Payload));
                break;
            default:
                throw new InvalidDataException($"A runtime sent a frame of type {frame.Type}.");
        }
    }

    void Leave(ReadOnlySpan<byte> payload)
    {
        if (payload.Length != sizeof(int) + 1)
            throw new InvalidDataException("A runtime left with a frame of the wrong length.");
        Volatile.Write(ref left, new(BinaryPrimitives.ReadInt32LittleEndian(payload), HasBegun: payload[^1] == 1));
    }

    static string? TextOf(byte[] failure) => failure.Length > 0 ? Encoding.UTF8.GetString(failure) : null;

    void Debugging(int state)
    {
        const int waits = 1, goesOn = 2;
        if (state is waits or goesOn)
            Clock!.Wait(begins: state == waits);
        else
            reloads.Heard();
    }

    void BeginStream(string contentType)
    {
        StreamedAnswer? begun = null;
        // What is granted to a stream that has ended is not the next one's.
        begun = new StreamedAnswer(contentType, Running?.Stream, bytes =>
        {
            if (begun == Volatile.Read(ref streamed))
                channel.SendGrant(bytes);
        });
        Volatile.Write(ref streamed, begun);
        begun.Begin();
    }

    void Logged(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 8)
            throw new InvalidDataException("A runtime sent a log frame without its time.");
        Output.Line(DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(payload)), payload[8..]);
    }

    public override async ValueTask DisposeAsync()
    {
        await HeardOut();
        channel.Dispose();
        await base.DisposeAsync();
    }
}

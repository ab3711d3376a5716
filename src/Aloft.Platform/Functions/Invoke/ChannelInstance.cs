using System.Buffers.Binary;
using System.Text;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>An instance on one of Aloft's own runtimes (Node, Python), spoken to in frames.</summary>
internal sealed class ChannelInstance(
    ISandbox sandbox, FrameChannel channel, FunctionVersion function, InstanceEnvironment environment, bool canGiveBack,
    InstanceOutput output, ILogStream log, IInstanceOwner owner, TimeProvider time)
    : Instance(sandbox, function, output, log, owner, time)
{
    readonly TimeProvider time = time;
    Task listening = Task.CompletedTask;
    StreamedAnswer? streamed;
    long heard;

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
                        return new InitOutcome.Died(FunctionFailure.Exited(await Sandbox.Exited.WaitAsync(patience.Token)));
                    case FrameType.InitOk:
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
        catch (Exception fault) when (IsChannelFault(fault))
        {
            return new InitOutcome.Died(FunctionFailure.Exited(await Sandbox.Exited));
        }
    }

    protected override ValueTask Send(Invocation invocation, DateTimeOffset deadline) => channel.SendInvoke(invocation, deadline);

    protected override bool CanGiveBack => canGiveBack;

    protected override void SendRecall() => channel.SendRecall();

    /// <summary>What holds the channel open beyond the sandbox's end is nothing of ours to wait for.</summary>
    protected override Task HeardOut() =>
        Task.WhenAny(listening, Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None));

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
        catch (Exception fault) when (IsChannelFault(fault))
        {
        }
        finally
        {
            // A runtime that closed its channel can answer nothing more; its exit, if it comes by itself, tells why.
            if (!Ended && await Task.WhenAny(Sandbox.Exited, Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None)) != Sandbox.Exited)
                Sandbox.Kill();
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
            case FrameType.GivenBack when frame.Payload.Length == sizeof(int):
                GivenBack(BinaryPrimitives.ReadInt32LittleEndian(frame.Payload));
                break;
            default:
                throw new InvalidDataException($"A runtime sent a frame of type {frame.Type}.");
        }
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

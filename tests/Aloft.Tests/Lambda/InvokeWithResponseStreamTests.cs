using System.IO.Pipelines;
using System.Text;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Platform.Lambda;
using Aloft.Tests.Functions.Invoke;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;

namespace Aloft.Tests.Lambda;

public sealed class InvokeWithResponseStreamTests
{
    [Fact]
    public async Task Pieces_come_as_they_are_written_and_then_the_completion()
    {
        var go = new TaskCompletionSource();
        await using var engine = await Engine.Start(async (sandbox, _, _) =>
        {
            await sandbox.Send(9, "text/plain"u8.ToArray());
            await sandbox.Send(10, "one"u8.ToArray());
            await go.Task;
            await sandbox.Send(10, "two"u8.ToArray());
            await sandbox.Respond("");
        });
        await engine.Create("f");
        var response = await Call(engine, "f");
        Assert.Equal("application/vnd.amazon.eventstream", response.ContentType);
        Assert.Contains(new("X-Amz-Executed-Version", "$LATEST"), response.Headers);

        var pipe = new Pipe();
        var writing = response.Stream!(pipe.Writer, CancellationToken.None);
        var read = await pipe.Reader.ReadAsync();
        var first = Encoding.Latin1.GetString(read.Buffer.FirstSpan);
        pipe.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        Assert.Contains("PayloadChunk", first, StringComparison.Ordinal);
        Assert.Contains("one", first, StringComparison.Ordinal);
        Assert.DoesNotContain("two", first, StringComparison.Ordinal);
        go.SetResult();
        await writing;
        var all = Encoding.Latin1.GetString(System.Buffers.BuffersExtensions.ToArray((await PeekAll(pipe)).Buffer));
        Assert.True(all.IndexOf("two", StringComparison.Ordinal) < all.IndexOf("InvokeComplete", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_runtime_that_writes_far_more_than_it_was_granted_is_ended()
    {
        await using var engine = await Engine.Start(async (sandbox, _, _) =>
        {
            await sandbox.Send(9, "text/plain"u8.ToArray());
            for (var i = 0; i < 20; i++)
                await sandbox.Send(10, new byte[60_000]);
        });
        await engine.Create("f");
        var response = await Call(engine, "f"); // and nobody reads
        await Eventually.True(() => engine.Instances.Single().Exited.IsCompleted, "it is ended");
        Assert.NotNull(response.Stream);
        Assert.Contains(engine.Logs.Records, record => record.ErrorType == "Runtime.ProtocolError");
    }

    [Fact]
    public async Task What_cannot_be_run_is_refused_before_the_stream()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        var key = await engine.Create("f");
        Assert.Equal("ResourceNotFoundException", (await Assert.ThrowsAsync<ApiError>(() => Call(engine, "nobody"))).Code);
        Assert.Equal("ValidationException", (await Assert.ThrowsAsync<ApiError>(() => Call(engine, "f", type: "Event"))).Code);
        Assert.Equal(204, (await Call(engine, "f", type: "DryRun")).HttpStatus);
        await engine.Registry.Reserve(key, 0, 1000, CancellationToken.None);
        Assert.Equal("TooManyRequestsException", (await Assert.ThrowsAsync<ApiError>(() => Call(engine, "f"))).Code);
    }

    static async ValueTask<ReadResult> PeekAll(Pipe pipe)
    {
        await pipe.Writer.CompleteAsync();
        while (true)
        {
            var read = await pipe.Reader.ReadAsync();
            if (read.IsCompleted)
                return read;
            pipe.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    static async Task<ApiResponse> Call(Engine engine, string name, string type = "RequestResponse")
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["X-Amz-Invocation-Type"] = type;
        return await new InvokeWithResponseStream(engine.Registry, engine.Invoker, TimeProvider.System).Handle(
            new ApiRequest
            {
                Context = new("000000000000", "us-east-1", Guid.NewGuid().ToString(), "arn:aws:iam::000000000000:root"),
                Payload = "{}"u8.ToArray(),
                Http = http.Request,
                PathParameters = new Dictionary<string, string> { ["FunctionName"] = name },
            },
            CancellationToken.None);
    }
}

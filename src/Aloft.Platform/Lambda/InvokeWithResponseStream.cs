using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire.EventStream;

namespace Aloft.Platform.Lambda;

/// <summary>
/// Runs a function and passes its answer on as it comes, in an event stream. One that answers in one piece makes one event.
/// https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
/// </summary>
public sealed class InvokeWithResponseStream(FunctionRegistry registry, Invoker invoker, TimeProvider time)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        InvokeInput.CheckOptions(request);
        var (key, qualifier) = FunctionName.Parse(request);
        var type = request.Header("X-Amz-Invocation-Type");
        if (type == "DryRun")
            return await InvokeInput.Check(registry, key, qualifier, stop);
        if (type is not (null or "" or "RequestResponse"))
            throw InvokeInput.NotAmong("invocationType", type, "[RequestResponse, DryRun]");

        var stream = new ResponseStream();
        var asked = await InvokeInput.Read(request, key, qualifier, registry, time, stop);
        var running = invoker.Invoke(asked with { Stream = stream }, CancellationToken.None).AsTask();
        if (await stream.Begun is null && await running is not InvokeOutcome.Answered and var refused)
            throw InvokeInput.Refusal(refused, key, qualifier);
        return new()
        {
            ContentType = EventStreamMessage.ContentType,
            Headers = [new("X-Amz-Executed-Version", stream.ExecutedVersion)],
            Stream = (body, stop) => Write(stream, running, body, stop),
        };
    }

    static async Task Write(ResponseStream stream, Task<InvokeOutcome> running, PipeWriter body, CancellationToken stop)
    {
        await foreach (var piece in stream.Read(stop))
            await WritePiece(body, piece, stop);

        var outcome = await running;
        if (outcome is InvokeOutcome.Answered { FunctionError: null, ContentType: null, Payload: { Length: > 0 } whole })
            await WritePiece(body, whole, stop);
        EventStreamMessage.WriteEvent(body, "InvokeComplete", "application/json", Completion(outcome));
        await body.FlushAsync(stop);
    }

    static async ValueTask WritePiece(PipeWriter body, ReadOnlyMemory<byte> piece, CancellationToken stop)
    {
        EventStreamMessage.WriteEvent(body, "PayloadChunk", "application/octet-stream", piece.Span);
        await body.FlushAsync(stop);
    }

    static byte[] Completion(InvokeOutcome outcome)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            if (outcome is InvokeOutcome.Answered answered)
            {
                if (answered.FunctionError is { } error)
                {
                    json.WriteString("ErrorCode", error);
                    json.WriteString("ErrorDetails", Encoding.UTF8.GetString(answered.Payload.Span));
                }
                if (answered.Tail is { } tail)
                    json.WriteString("LogResult", Convert.ToBase64String(tail));
            }
            else
            {
                json.WriteString("ErrorCode", "ServiceException"); // the instance went after it had begun to answer
            }
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }
}

using System.Text;
using System.Text.Json;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Platform.Kernel.Deliveries;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>Runs a function: RequestResponse, Event and DryRun. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html</summary>
public sealed class Invoke(FunctionRegistry registry, Invoker invoker, Outbox outbox)
{
    /// <summary>AWS's bound of X-Amz-Client-Context, in bytes.</summary>
    const int MaxClientContextBytes = 3583;

    /// <summary>The API model's, of this operation and its streaming sister alone.</summary>
    internal const string TooLargeCode = "RequestTooLargeException";

    static readonly Dictionary<string, string> NoAttributes = [];

    public ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var (key, qualifier) = FunctionName.Parse(request);
        return request.Header("X-Amz-Invocation-Type") switch
        {
            null or "" or "RequestResponse" => Wait(request, key, qualifier, stop),
            "Event" => Accept(request, key, qualifier, stop),
            "DryRun" => Check(key, qualifier, stop),
            var other => throw NotAmong("invocationType", other, "[Event, RequestResponse, DryRun]"),
        };
    }

    async ValueTask<ApiResponse> Wait(ApiRequest request, FunctionKey key, string? qualifier, CancellationToken stop)
    {
        var logType = request.Header("X-Amz-Log-Type");
        if (logType is not (null or "" or "None" or "Tail"))
            throw NotAmong("logType", logType, "[None, Tail]");

        var outcome = await invoker.Invoke(
            new(key, qualifier, Guid.Parse(request.Context.RequestId), Event(request))
            {
                ClientContext = ClientContext(request),
                TraceId = request.Header("X-Amzn-Trace-Id") ?? "",
                WantsTail = logType == "Tail",
            },
            CancellationToken.None);
        return outcome switch
        {
            InvokeOutcome.Answered answered => Answer(answered),
            InvokeOutcome.NotFound => throw NotFound(key, qualifier),
            InvokeOutcome.Throttled throttled => throw Throttled(throttled),
            InvokeOutcome.NotReady notReady => throw new ApiError(
                "ResourceConflictException", 409,
                $"The operation cannot be performed at this time. The function is currently in the following state: {notReady.State}"),
            InvokeOutcome.Unavailable unavailable => throw new ApiError("ServiceException", 500, unavailable.Reason),
            _ => throw new InvalidOperationException(outcome.ToString()),
        };
    }

    static ApiResponse Answer(InvokeOutcome.Answered answered)
    {
        var headers = new List<KeyValuePair<string, string>>(3) { new("X-Amz-Executed-Version", answered.Version) };
        if (answered.FunctionError is { } error)
            headers.Add(new("X-Amz-Function-Error", error));
        if (answered.Tail is { } tail)
            headers.Add(new("X-Amz-Log-Result", Convert.ToBase64String(tail)));
        return new ApiResponse { Payload = answered.Payload, Headers = headers };
    }

    /// <summary>202 means: durable, and it will run at least once.</summary>
    async ValueTask<ApiResponse> Accept(ApiRequest request, FunctionKey key, string? qualifier, CancellationToken stop)
    {
        if (request.Payload.Length > Functions.Limits.AsyncPayloadBytes)
            throw TooLarge(request, Functions.Limits.AsyncPayloadBytes, "Event");
        if (await registry.Find(key, qualifier, stop) is null)
            throw NotFound(key, qualifier);

        var attributes = NoAttributes;
        if (ClientContext(request) is { Length: > 0 } clientContext)
            attributes = new() { ["ClientContext"] = clientContext };
        if (request.Header("X-Amzn-Trace-Id") is { Length: > 0 } trace)
            attributes = new(attributes) { ["TraceId"] = trace };

        var target = qualifier is null ? key.Text : $"{key.Text}:{qualifier}";
        await outbox.Send(key.Account, key.Region, target, Guid.Parse(request.Context.RequestId), Event(request), attributes, stop);
        return new ApiResponse { HttpStatus = 202 };
    }

    async ValueTask<ApiResponse> Check(FunctionKey key, string? qualifier, CancellationToken stop) =>
        await registry.Find(key, qualifier, stop) is null ? throw NotFound(key, qualifier) : ApiResponse.Empty(204);

    /// <summary>The payload, which must be JSON; none is an empty object, as AWS gives its functions.</summary>
    static ReadOnlyMemory<byte> Event(ApiRequest request)
    {
        if (request.Payload.Length > Functions.Limits.SyncPayloadBytes)
            throw TooLarge(request, Functions.Limits.SyncPayloadBytes, "RequestResponse");
        if (request.Payload.IsEmpty)
            return "{}"u8.ToArray();
        try
        {
            var reader = new Utf8JsonReader(request.Payload.Span, new JsonReaderOptions { MaxDepth = 512 });
            while (reader.Read())
            {
            }
            return request.Payload;
        }
        catch (JsonException fault)
        {
            throw new ApiError("InvalidRequestContentException", 400, $"Could not parse request body into json: {fault.Message}");
        }
    }

    static string ClientContext(ApiRequest request)
    {
        if (request.Header("X-Amz-Client-Context") is not { Length: > 0 } header)
            return "";
        if (header.Length > (MaxClientContextBytes + 2) / 3 * 4)
            throw LambdaError.Invalid($"The client context must be at most {MaxClientContextBytes} bytes before it is encoded in base64.");
        try
        {
            var text = Convert.FromBase64String(header);
            using var json = JsonDocument.Parse(text);
            return Encoding.UTF8.GetString(text);
        }
        catch (Exception fault) when (fault is FormatException or JsonException)
        {
            throw new ApiError("InvalidRequestContentException", 400, "The client context must be JSON, encoded in base64.");
        }
    }

    static ApiError NotAmong(string member, string value, string set) => ApiError.Validation(
        $"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy enum value set: {set}");

    static ApiError TooLarge(ApiRequest request, int limit, string type) => new(
        TooLargeCode, 413, $"{request.Payload.Length} byte payload is too large for the {type} invocation type (limit {limit} bytes)");

    static ApiError NotFound(FunctionKey key, string? qualifier) =>
        new("ResourceNotFoundException", 404, $"Function not found: {key.Text}{(qualifier is null ? "" : $":{qualifier}")}");

    static ApiError Throttled(InvokeOutcome.Throttled throttled) =>
        new("TooManyRequestsException", 429, throttled.Message)
        {
            Members = new Dictionary<string, string> { ["Reason"] = throttled.Reason },
            Headers = new Dictionary<string, string> { ["Retry-After"] = "1" },
        };
}

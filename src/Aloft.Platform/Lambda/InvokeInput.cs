using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>What the operations that run a function take, and how they refuse.</summary>
internal static class InvokeInput
{
    /// <summary>The API model's, of the operations that run a function alone.</summary>
    public const string TooLargeCode = "RequestTooLargeException";

    /// <summary>AWS's bound of X-Amz-Client-Context, in bytes.</summary>
    const int MaxClientContextBytes = 3583;

    static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>A synchronous invocation as it is asked for. Throws what is wrong with it.</summary>
    public static async ValueTask<InvokeRequest> Read(
        ApiRequest request, FunctionKey key, string? qualifier, FunctionRegistry registry, TimeProvider time, CancellationToken stop)
    {
        var wantsTail = WantsTail(request);
        var requestId = Guid.Parse(request.Context.RequestId);
        return new(key, qualifier, requestId, Event(request))
        {
            ClientContext = ClientContext(request),
            TraceId = await InvokeChain.Trace(request, requestId, key, registry, time, stop),
            WantsTail = wantsTail,
        };
    }

    /// <summary>Throws for what is wrong whatever the type of the invocation, and for what only functions have that cannot be made here.</summary>
    public static void CheckOptions(ApiRequest request)
    {
        _ = WantsTail(request);
        _ = ClientContext(request);
        if (request.Header("X-Amz-Tenant-Id") is not null)
            throw LambdaError.Invalid("TenantId is for functions with tenant isolation, which Aloft does not support yet. Leave it out.");
        if (request.Header("X-Amz-Durable-Execution-Name") is not null)
            throw LambdaError.Invalid("DurableExecutionName is for durable functions, which Aloft does not support yet. Leave it out.");
    }

    /// <summary>DryRun: whether it could be invoked.</summary>
    public static async ValueTask<ApiResponse> Check(FunctionRegistry registry, FunctionKey key, string? qualifier, CancellationToken stop) =>
        await registry.Find(key, qualifier, stop) is null ? throw NotFound(key, qualifier) : ApiResponse.Empty(204);

    /// <summary>Whether the log's end is asked for.</summary>
    static bool WantsTail(ApiRequest request) => request.Header("X-Amz-Log-Type") switch
    {
        null or "" or "None" => false,
        "Tail" => true,
        var other => throw NotAmong("logType", other, "[None, Tail]"),
    };

    /// <summary>Why there is no answer.</summary>
    public static Exception Refusal(InvokeOutcome outcome, FunctionKey key, string? qualifier) => outcome switch
    {
        InvokeOutcome.NotFound => NotFound(key, qualifier),
        InvokeOutcome.Throttled throttled => Throttled(throttled),
        InvokeOutcome.NotReady notReady => new ApiError(
            "ResourceConflictException", 409,
            $"The operation cannot be performed at this time. The function is currently in the following state: {notReady.State}"),
        InvokeOutcome.Unavailable unavailable => new ApiError("ServiceException", 500, unavailable.Reason),
        _ => new InvalidOperationException(outcome.ToString()),
    };

    /// <summary>The payload, which must be JSON; none is an empty object, as AWS gives its functions.</summary>
    public static ReadOnlyMemory<byte> Event(ApiRequest request)
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
        }
        catch (JsonException fault)
        {
            throw Unreadable(fault.Message);
        }
        // The reader does not look into strings.
        return Utf8.IsValid(request.Payload.Span) ? request.Payload : throw Unreadable("it is not UTF-8.");
    }

    static ApiError Unreadable(string why) => new("InvalidRequestContentException", 400, $"Could not parse request body into json: {why}");

    public static string ClientContext(ApiRequest request)
    {
        if (request.Header("X-Amz-Client-Context") is not { Length: > 0 } header)
            return "";
        if (header.Length > (MaxClientContextBytes + 2) / 3 * 4)
            throw LambdaError.Invalid($"The client context must be at most {MaxClientContextBytes} bytes before it is encoded in base64.");
        try
        {
            var text = Convert.FromBase64String(header);
            using var json = JsonDocument.Parse(text);
            return StrictUtf8.GetString(text);
        }
        catch (Exception fault) when (fault is FormatException or JsonException or DecoderFallbackException)
        {
            throw new ApiError("InvalidRequestContentException", 400, "The client context must be JSON, encoded in base64.");
        }
    }

    public static ApiError NotAmong(string member, string value, string set) => ApiError.Validation(
        $"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy enum value set: {set}");

    public static ApiError TooLarge(ApiRequest request, int limit, string type) => new(
        TooLargeCode, 413, $"{request.Payload.Length} byte payload is too large for the {type} invocation type (limit {limit} bytes)");

    public static ApiError NotFound(FunctionKey key, string? qualifier) =>
        new("ResourceNotFoundException", 404, $"Function not found: {key.Text}{(qualifier is null ? "" : $":{qualifier}")}");

    static ApiError Throttled(InvokeOutcome.Throttled throttled) =>
        new("TooManyRequestsException", 429, throttled.Message)
        {
            Members = new Dictionary<string, string> { ["Reason"] = throttled.Reason },
            Headers = new Dictionary<string, string> { ["Retry-After"] = "1" },
        };
}

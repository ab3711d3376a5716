using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Platform.Kernel.Deliveries;

namespace Aloft.Platform.Lambda;

/// <summary>Runs a function: RequestResponse, Event and DryRun. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html</summary>
public sealed class Invoke(FunctionRegistry registry, Invoker invoker, Outbox outbox, TimeProvider time)
{
    static readonly Dictionary<string, string> NoAttributes = [];

    public ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        InvokeInput.CheckOptions(request);
        var (key, qualifier) = FunctionName.Parse(request);
        return request.Header("X-Amz-Invocation-Type") switch
        {
            null or "" or "RequestResponse" => Wait(request, key, qualifier, stop),
            "Event" => Accept(request, key, qualifier, stop),
            "DryRun" => InvokeInput.Check(registry, key, qualifier, stop),
            var other => throw InvokeInput.NotAmong("invocationType", other, "[Event, RequestResponse, DryRun]"),
        };
    }

    async ValueTask<ApiResponse> Wait(ApiRequest request, FunctionKey key, string? qualifier, CancellationToken stop)
    {
        var outcome = await invoker.Invoke(await InvokeInput.Read(request, key, qualifier, registry, time, stop), CancellationToken.None);
        return outcome switch
        {
            InvokeOutcome.Answered answered => Answer(answered),
            _ => throw InvokeInput.Refusal(outcome, key, qualifier),
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
            throw InvokeInput.TooLarge(request, Functions.Limits.AsyncPayloadBytes, "Event");
        if (await registry.Find(key, qualifier, stop) is null)
            throw InvokeInput.NotFound(key, qualifier);

        var attributes = NoAttributes;
        if (InvokeInput.ClientContext(request) is { Length: > 0 } clientContext)
            attributes = new() { ["ClientContext"] = clientContext };
        if (request.Header("X-Amzn-Trace-Id") is { Length: > 0 } trace)
            attributes = new(attributes) { ["TraceId"] = trace };

        var target = qualifier is null ? key.Text : $"{key.Text}:{qualifier}";
        await outbox.Send(key.Account, key.Region, target, Guid.Parse(request.Context.RequestId), InvokeInput.Event(request), attributes, stop);
        return new ApiResponse { HttpStatus = 202 };
    }
}

using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Platform.Kernel.Deliveries;

namespace Aloft.Platform.Lambda;

/// <summary>
/// The forerunner of Invoke with <c>Event</c>, as durable: 202 means that it will run at least once. A trace is not handed on, as in AWS.
/// https://docs.aws.amazon.com/lambda/latest/api/API_InvokeAsync.html
/// </summary>
public sealed class InvokeAsync(FunctionRegistry registry, Outbox outbox)
{
    static readonly Dictionary<string, string> NoAttributes = [];

    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var (key, qualifier) = FunctionName.Parse(request);
        var payload = InvokeInput.Event(request);
        if (await registry.Find(key, qualifier, stop) is null)
            throw InvokeInput.NotFound(key, qualifier);

        var target = qualifier is null ? key.Text : $"{key.Text}:{qualifier}";
        await outbox.Send(key.Account, key.Region, target, Guid.Parse(request.Context.RequestId), payload, NoAttributes, stop);
        return new ApiResponse { HttpStatus = 202 };
    }
}

using Aloft.Platform.Functions.History;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda.History;

/// <summary>The event of a past invocation, byte for byte.</summary>
internal sealed class GetInvocationEvent(InvocationHistory history)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        HistoryInput.Query(request).Done();
        return new() { Payload = HistoryInput.Content(await HistoryInput.Recorded(history, request, stop)).Event };
    }
}

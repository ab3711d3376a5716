using System.Text.Json.Nodes;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda.History;

/// <summary>
/// Past invocations in figures, the last first, with <c>Failed</c> those that failed and were no replays:
/// <c>?FunctionName=&amp;Failed=true&amp;Since=MS&amp;Limit=20</c>, each of them optional.
/// </summary>
internal sealed class ListInvocations(InvocationHistory history, TimeProvider time)
{
    const int DefaultLimit = 50;

    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = HistoryInput.Query(request);
        var function = HistoryInput.Function(request, input);
        var failed = input.OptionalBool("Failed") ?? false;
        var since = HistoryInput.Since(input, time);
        var limit = input.OptionalInt("Limit", min: 1, max: Functions.History.Limits.Listed) ?? DefaultLimit;
        input.Done();
        HistoryInput.RequireOn(history);

        var found = await history.List(request.Context.Account, request.Context.Region, function?.Name, since, failed, limit, stop);
        return ApiResponse.Ok(new JsonObject
        {
            ["since"] = InvocationDocument.Time(since),
            ["invocations"] = new JsonArray([.. found.Select(InvocationDocument.Of)]),
            ["limited"] = found.Count == limit,
        });
    }
}

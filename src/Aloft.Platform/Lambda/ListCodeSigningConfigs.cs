using System.Text.Json.Nodes;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>None can be made here. https://docs.aws.amazon.com/lambda/latest/api/API_ListCodeSigningConfigs.html</summary>
internal static class ListCodeSigningConfigs
{
    const int MaxItems = 10_000;

    public static ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty();
        Page.Take(request, input, MaxItems);
        input.Done();
        return new(ApiResponse.Ok(new() { ["CodeSigningConfigs"] = new JsonArray() }));
    }
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>None can be made here. https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html</summary>
internal static partial class ListEventSourceMappings
{
    const int MaxItems = 10_000;

    public static ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty().With("EventSourceArn", request.Query("EventSourceArn"));
        input.OptionalString("EventSourceArn", pattern: ArnPattern());
        if (request.Query("FunctionName") is { } function)
            FunctionName.Take(request.Context, input.With("FunctionName", function));
        Page.Take(request, input, MaxItems);
        input.Done();
        return new(ApiResponse.Ok(new() { ["EventSourceMappings"] = new JsonArray() }));
    }

    [GeneratedRegex(@"\Aarn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9-])+:([a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-[0-9])?:([0-9]{12})?:(.*)\z")]
    private static partial Regex ArnPattern();
}

using System.Text.RegularExpressions;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html</summary>
internal sealed partial class ListFunctions(FunctionRegistry registry)
{
    const int MaxItems = 10_000;

    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty()
            .With("MasterRegion", request.Query("MasterRegion"))
            .With("FunctionVersion", request.Query("FunctionVersion"));
        var page = Page.Take(request, input, MaxItems);
        var masterRegion = input.OptionalString("MasterRegion", pattern: Region());
        var qualifier = input.OptionalString("FunctionVersion", among: ["ALL"]) is null ? null : FunctionVersion.Latest;
        input.Done();

        var (account, region) = (request.Context.Account, request.Context.Region);
        // Every function is its own master: there are no replicas of other regions' functions here.
        var found = masterRegion is null or "ALL" || masterRegion == region
            ? await registry.List(account, region, page.After, page.Size + 1, stop)
            : [];
        return ApiResponse.Ok(page.Answer(
            "Functions", found,
            show: function => FunctionConfiguration.Summary(function.Latest, qualifier), name: function => function.Latest.Key.Name));
    }

    [GeneratedRegex("^(ALL|[a-z]{2}(-gov)?-[a-z]+-[0-9])$")]
    private static partial Regex Region();
}

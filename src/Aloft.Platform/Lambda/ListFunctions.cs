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
        var allVersions = input.OptionalString("FunctionVersion", among: ["ALL"]) is not null;
        input.Done();

        var (account, region) = (request.Context.Account, request.Context.Region);
        // Every function is its own master: there are no replicas of other regions' functions here.
        var isHere = masterRegion is null or "ALL" || masterRegion == region;
        if (allVersions)
            return ApiResponse.Ok(page.Answer(
                "Functions", isHere ? await Versions(account, region, page, stop) : [],
                show: version => FunctionConfiguration.Summary(version, version.Version), name: version => $"{version.Key.Name}:{version.Version}"));
        return ApiResponse.Ok(page.Answer(
            "Functions", isHere ? await registry.List(account, region, page.After, page.Size + 1, stop) : [],
            show: function => FunctionConfiguration.Summary(function.Latest, null), name: function => function.Latest.Key.Name));
    }

    ValueTask<List<FunctionVersion>> Versions(string account, string region, Page page, CancellationToken stop)
    {
        var (name, number) = page.After.Split(':') switch
        {
            [""] => ("", 0),
            [var function, var version] => (function, VersionNumber.OfMarker(version)),
            _ => throw LambdaError.ForeignMarker(),
        };
        return registry.Releases.AllVersions(new(account, region, name), number, page.Size + 1, stop);
    }

    [GeneratedRegex(@"^(ALL|[a-z]{2}(-gov)?-[a-z]+-[0-9])\z")]
    private static partial Regex Region();
}

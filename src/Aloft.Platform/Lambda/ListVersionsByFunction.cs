using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>
/// <c>$LATEST</c>, then the published versions, oldest first. https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html
/// </summary>
internal sealed class ListVersionsByFunction(FunctionRegistry registry)
{
    const int MaxItems = 10_000;

    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty();
        var name = FunctionName.Take(request, input);
        var page = Page.Take(request, input, MaxItems);
        input.Done();

        name.Unqualified();
        await registry.Existing(name, stop);
        var after = page.After.Length > 0 ? VersionNumber.OfMarker(page.After) : -1;
        var versions = await registry.Releases.Versions(name.Key, after, page.Size + 1, stop);
        return ApiResponse.Ok(page.Answer(
            "Versions", versions, version => FunctionConfiguration.Summary(version, version.Version), version => version.Version));
    }
}

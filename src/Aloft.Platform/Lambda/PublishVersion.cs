using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>
/// A new version, or the last one where neither code nor configuration has changed since.
/// https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
/// </summary>
internal sealed class PublishVersion(FunctionRegistry registry, RuntimeCatalog runtimes)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = request.Body;
        var name = FunctionName.Take(request, input);
        var codeSha256 = input.OptionalString("CodeSha256") is { Length: > 0 } digest ? digest : null;
        var description = input.OptionalString("Description", max: Limits.DescriptionLength);
        var revision = input.OptionalString("RevisionId");
        input.Done();

        var published = await registry.Releases.Publish(name.Unqualified(), description, revision, codeSha256, stop);
        return new() { HttpStatus = 201, Body = FunctionConfiguration.Of(published, runtimes, published.Version) };
    }
}

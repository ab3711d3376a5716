using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>Changes what is sent and leaves the rest. https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html</summary>
internal sealed class UpdateAlias(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var body = request.Body;
        var (function, name) = AliasInput.TakeNames(request, body);
        var version = AliasInput.ReadVersion(body);
        var revision = body.OptionalString("RevisionId");
        var input = AliasInput.Read(body);
        input.Done();

        var updated = await registry.Releases.UpdateAlias(
            function.Unqualified(), name, revision,
            alias => alias with
            {
                Version = version ?? alias.Version,
                Description = input.Description ?? alias.Description,
                Additional = input.SaysRouting ? input.Additional : alias.Additional,
            },
            stop);
        return ApiResponse.Ok(AliasConfiguration.Of(updated));
    }
}

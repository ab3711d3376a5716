using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html</summary>
internal sealed class CreateAlias(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var body = request.Body;
        var function = FunctionName.Take(request, body);
        var name = AliasInput.RequireName(body);
        body.Require("FunctionVersion");
        var version = AliasInput.ReadVersion(body) ?? "";
        var input = AliasInput.Read(body);
        input.Done();

        var alias = new FunctionAlias(function.Unqualified(), name, version, input.Additional, input.Description ?? "", RevisionId: "");
        return new() { HttpStatus = 201, Body = AliasConfiguration.Of(await registry.Releases.CreateAlias(alias, stop)) };
    }
}

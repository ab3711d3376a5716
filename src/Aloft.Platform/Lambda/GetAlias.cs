using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html</summary>
internal sealed class GetAlias(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty();
        var (function, name) = AliasInput.TakeNames(request, input);
        input.Done();

        var key = function.Unqualified();
        var alias = await registry.Releases.FindAlias(key, name, stop);
        return alias is null ? throw RegistryError.NoSuchRelease(key, name) : ApiResponse.Ok(AliasConfiguration.Of(alias));
    }
}

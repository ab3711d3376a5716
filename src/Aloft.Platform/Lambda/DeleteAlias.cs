using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>Does no harm when there is no such alias, as in AWS. https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html</summary>
internal sealed class DeleteAlias(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty();
        var (function, name) = AliasInput.TakeNames(request, input);
        input.Done();

        await registry.Releases.DeleteAlias(function.Unqualified(), name, stop);
        return ApiResponse.Empty();
    }
}

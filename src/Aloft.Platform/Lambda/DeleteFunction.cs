using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html</summary>
internal sealed class DeleteFunction(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var name = FunctionName.Parse(request);
        if (name.Qualifier == FunctionVersion.Latest)
            throw LambdaError.Invalid("$LATEST version cannot be deleted without deleting the function.");
        if (name.Qualifier is not null)
            throw RegistryError.NotFound(name.Key, name.Qualifier); // nothing can be published yet
        await registry.Delete(name.Key, stop);
        return ApiResponse.Empty();
    }
}

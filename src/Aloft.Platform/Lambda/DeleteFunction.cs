using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>
/// The function with all that belongs to it, or one published version. https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html
/// </summary>
internal sealed class DeleteFunction(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var name = FunctionName.Parse(request);
        if (name.Qualifier is null)
            await registry.Delete(name.Key, stop);
        else if (name.Qualifier == FunctionVersion.Latest)
            throw LambdaError.Invalid("$LATEST version cannot be deleted without deleting the function.");
        else if (!VersionNumber.Is(name.Qualifier))
            throw LambdaError.Invalid("Deletion of aliases is not currently supported.");
        else
            await registry.Releases.DeleteVersion(name.Key, name.Qualifier, stop);
        return ApiResponse.Empty();
    }
}

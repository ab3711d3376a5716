using Aloft.Platform.Functions.Asynchronous;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html</summary>
internal sealed class PutFunctionRecursionConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = request.Body;
        var name = FunctionName.Take(request, input);
        var loop = input.RequiredString("RecursiveLoop", among: Enum.GetNames<RecursiveLoop>());
        input.Done();

        await registry.Asynchronous.SetLoop(name.Unqualified(), Enum.Parse<RecursiveLoop>(loop), stop);
        return ApiResponse.Ok(new() { ["RecursiveLoop"] = loop });
    }
}

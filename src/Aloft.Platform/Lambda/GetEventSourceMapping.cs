using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>There is none. https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html</summary>
internal static class GetEventSourceMapping
{
    public static ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop) => throw LambdaError.NoSuchResource();
}

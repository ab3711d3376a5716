using Aloft.Platform.Functions.Development;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda.Development;

/// <summary>The function runs its deployed code again.</summary>
internal sealed class EndDevSession(DevLoop loop)
{
    public ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var (key, session) = (DevSessionInput.Function(request), DevSessionInput.Session(request));
        loop.End(key, session);
        return new(ApiResponse.Ok(new() { ["session"] = session }));
    }
}

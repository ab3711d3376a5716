using Aloft.Platform.Functions.Development;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda.Development;

/// <summary>Keeps a session, which ends 20 s after it was last heard of.</summary>
internal sealed class RenewDevSession(DevLoop loop)
{
    public ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var (key, session) = (DevSessionInput.Function(request), DevSessionInput.Session(request));
        loop.Renew(key, session);
        return new(ApiResponse.Ok(new() { ["session"] = session }));
    }
}

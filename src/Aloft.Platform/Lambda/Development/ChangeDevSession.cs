using Aloft.Platform.Functions.Development;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda.Development;

/// <summary>Makes saved files live: <c>changed</c> (path; content in base64 and executable, or linkTarget) and <c>removed</c> paths.</summary>
internal sealed class ChangeDevSession(DevLoop loop)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var (key, session) = (DevSessionInput.Function(request), DevSessionInput.Session(request));
        return ApiResponse.Ok(DevSessionShape.Of(session, await loop.Change(key, session, DevSessionInput.Change(request.Body), stop)));
    }
}

using Aloft.Platform.Functions.Development;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda.Development;

/// <summary>Runs a function from code that changes, at first its deployed code; <c>inspectPort</c> is the node's port for a debugger.</summary>
internal sealed class BeginDevSession(DevLoop loop)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var key = DevSessionInput.Function(request);
        var port = request.Body.OptionalInt("inspectPort", 1, ushort.MaxValue);
        request.Body.Done();
        var (session, report) = await loop.Begin(key, port, stop);
        return ApiResponse.Ok(DevSessionShape.Of(session.Id, report));
    }
}

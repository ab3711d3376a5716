using Aloft.Platform.Kernel;
using Aloft.Wire.SigV4;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.Iam;

/// <summary>How a request that came in looks to SigV4.</summary>
readonly struct SignedHttpRequest(HttpContext http) : ISignable
{
    readonly RequestTarget target = RequestTarget.Of(http);

    public ReadOnlySpan<char> Method => http.Request.Method;

    public ReadOnlySpan<char> Path => target.Path;

    public ReadOnlySpan<char> Query => target.Query;

    public string? Header(string name) => http.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;
}

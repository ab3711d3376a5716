using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Aloft.Platform.Kernel;

/// <summary>Path and query exactly as they stood on the request line: what signatures cover and routes are matched on.</summary>
public readonly struct RequestTarget
{
    readonly string text;
    readonly int pathStart;
    readonly int pathEnd;

    RequestTarget(string text)
    {
        this.text = text;
        // A proxy's client names scheme and host too: http://host/path
        var scheme = text.StartsWith('/') ? -1 : text.IndexOf("://", StringComparison.Ordinal);
        var query = text.IndexOf('?');
        pathEnd = query < 0 ? text.Length : query;
        if (scheme < 0 || scheme > pathEnd)
            return;
        var slash = text.IndexOf('/', scheme + 3);
        pathStart = slash < 0 || slash > pathEnd ? pathEnd : slash;
    }

    /// <summary>Percent-encoded; empty for <c>http://host</c>.</summary>
    public ReadOnlySpan<char> Path => text.AsSpan(pathStart, pathEnd - pathStart);

    /// <summary>Without the question mark.</summary>
    public ReadOnlySpan<char> Query => pathEnd < text.Length ? text.AsSpan(pathEnd + 1) : default;

    public static RequestTarget Of(HttpContext http) => new(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
}

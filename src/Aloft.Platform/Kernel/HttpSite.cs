using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.Kernel;

/// <summary>Something served on the port that is no AWS API: function URLs, code downloads, health.</summary>
/// <param name="Name">For logs: <c>function URLs</c>.</param>
/// <param name="Claims">Whether a request is this site's, by its host or path. Asked first of every request: quick, without side effects.</param>
/// <param name="Serve">Answers it, errors included.</param>
public sealed record HttpSite(string Name, Func<HttpContext, bool> Claims, RequestDelegate Serve);

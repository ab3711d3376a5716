using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.Kernel;

/// <summary>Something served on the port that is no AWS API: function URLs, code downloads, health.</summary>
/// <param name="Name">For logs: <c>function URLs</c>.</param>
/// <param name="Claims">Whether a request is this site's, by its host or path. Asked of every request: quick, no side effects.</param>
/// <param name="Serve">Answers it, errors included, save one: that the database cannot be used is told by Front.</param>
public sealed record HttpSite(string Name, Func<HttpContext, bool> Claims, RequestDelegate Serve);

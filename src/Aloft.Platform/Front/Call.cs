using Aloft.Platform.Kernel;
using Aloft.Wire;
using Aloft.Wire.Query;
using Aloft.Wire.SigV4;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.Front;

/// <summary>One request on its way through the Front, and what has been found out about it so far.</summary>
sealed class Call(HttpContext http)
{
    internal HttpContext Http { get; } = http;

    /// <summary>What AWS calls the request id: with every answer, good or bad, and in every log line.</summary>
    internal string RequestId { get; } = RequestIds.Next().ToString();

    internal RequestTarget Target { get; } = RequestTarget.Of(http);

    internal RequestSignature? Signature { get; set; }

    /// <summary>At first what the request looks like; an error before the service is known is told in it.</summary>
    internal Protocol Protocol { get; set; } = Protocol.RestJson;

    internal ServiceIndex? Service { get; set; }

    internal Operation? Operation { get; set; }

    internal PathParameters? PathParameters { get; set; }

    internal RequestBody? Body { get; set; }

    /// <summary>Query protocol only.</summary>
    internal QueryForm? Form { get; set; }

    internal string Header(string name) => Http.Request.Headers.TryGetValue(name, out var values) ? values.ToString() : "";
}

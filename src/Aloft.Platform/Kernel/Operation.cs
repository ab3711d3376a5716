using Aloft.Wire;

namespace Aloft.Platform.Kernel;

/// <summary>
/// One row of a slice's table of operations. The tables drive dispatch, authorisation, the generated COMPATIBILITY.md and the
/// coverage tests.
/// </summary>
/// <param name="Name">As in the API model: <c>CreateFunction</c>.</param>
/// <param name="Route">
/// REST protocols: method and URI template of the API model, <c>POST /2015-03-31/functions/{FunctionName}/invocations</c>; else null.
/// </param>
/// <param name="IamAction"><c>lambda:CreateFunction</c>.</param>
/// <param name="Handle">Parses the request into types, acts, answers. Throws <see cref="ApiError"/>.</param>
public sealed record Operation(string Name, string? Route, string IamAction, Handler Handle)
{
    /// <summary>Lambda's, 50 MiB in base64 and room: "Request must be smaller than 70167211 bytes for the CreateFunction operation".</summary>
    public const int DefaultMaxBodyBytes = 70_167_211;

    /// <summary>A longer body is refused unread, with 413.</summary>
    public int MaxBodyBytes { get; init; } = DefaultMaxBodyBytes;

    /// <summary>That refusal's code.</summary>
    public string BodyTooLargeCode { get; init; } = CommonTooLargeCode;

    /// <summary>Where the API model names none. https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html</summary>
    public const string CommonTooLargeCode = "RequestEntityTooLargeException";
}

public delegate ValueTask<ApiResponse> Handler(ApiRequest request, CancellationToken stop);

/// <summary>A service: its names on the wire and its table.</summary>
/// <param name="Name">Its name in the API model and in ARNs: <c>lambda</c>, <c>logs</c>, <c>sts</c>.</param>
/// <param name="Title">For people: <c>AWS Lambda</c>.</param>
/// <param name="Protocols">The protocols it answers; a REST service has one.</param>
/// <param name="TargetPrefix">Of <c>X-Amz-Target</c> in the JSON protocols: <c>Logs_20140328</c>; else null.</param>
/// <param name="ApiVersion">Of the Query protocol and the XML name space: <c>2011-06-15</c>.</param>
public sealed record ServiceDefinition(
    string Name,
    string Title,
    IReadOnlyList<Protocol> Protocols,
    string? TargetPrefix,
    string ApiVersion,
    IReadOnlyList<Operation> Operations)
{
    /// <summary>The XML name space of Query and REST-XML answers; null for the JSON protocols.</summary>
    public string? XmlNamespace { get; init; }

    /// <summary>Every operation of the API model that is not in the table, for a truthful "not supported" and COMPATIBILITY.md.</summary>
    public IReadOnlyList<UnsupportedOperation> Unsupported { get; init; } = [];
}

/// <summary>An operation of the API model that Aloft does not serve yet.</summary>
/// <param name="Route">As in <see cref="Operation.Route"/>.</param>
public sealed record UnsupportedOperation(string Name, string? Route)
{
    /// <summary>What to do without it: a sentence for whoever called it. Empty when there is nothing to say.</summary>
    public string Instead { get; init; } = "";
}

using System.Text;
using System.Text.Json.Nodes;
using Aloft.Platform.Front;
using Aloft.Platform.Iam;
using Aloft.Platform.Kernel;
using Aloft.Wire;
using Aloft.Wire.SigV4;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using IamSts = Aloft.Platform.Iam.Sts;

namespace Aloft.Tests.Front;

/// <summary>A Front over three small services, one for each protocol, that tell what reached them.</summary>
sealed class FrontBed : ILoggerFactory, ILogger
{
    internal const string Secret = "a secret";
    internal static readonly Credentials Root = new("111122223333", Secret);
    internal static readonly DateTimeOffset Now = new(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);

    internal List<string> Log { get; } = [];

    /// <summary>Of the operation that ran last.</summary>
    internal ApiRequest? Last { get; private set; }

    internal Handler OnInvoke { get; set; }

    internal SessionCredentials Sessions { get; } = new(new byte[32], new FixedTime(Now));

    internal FrontDoor Door { get; }

    internal FrontBed(AuthMode mode = AuthMode.Off, params HttpSite[] sites)
    {
        OnInvoke = (request, _) => new(new ApiResponse { Payload = request.Payload });
        Door = new(Services(), sites, new Authenticator(mode, Root, Sessions, new FixedTime(Now)), this);
    }

    IReadOnlyList<ServiceDefinition> Services() =>
    [
        new(
            "lambda", "AWS Lambda", [Protocol.RestJson], null, "2015-03-31",
            [
                new("Invoke", "POST /2015-03-31/functions/{FunctionName}/invocations", "lambda:InvokeFunction", (request, stop) =>
                {
                    Last = request;
                    return OnInvoke(request, stop);
                }) { MaxBodyBytes = 1_000, BodyTooLargeCode = "RequestTooLargeException" },
                new("GetFunction", "GET /2015-03-31/functions/{FunctionName}", "lambda:GetFunction", Tell),
                new("ListFunctions", "GET /2015-03-31/functions", "lambda:ListFunctions", Tell),
                new("CreateFunction", "POST /2015-03-31/functions", "lambda:CreateFunction", Tell),
                new("DeleteFunction", "DELETE /2015-03-31/functions/{FunctionName}", "lambda:DeleteFunction", (_, _) => new(ApiResponse.Empty())),
            ]) { Unsupported = [new("ListAliases", "GET /2015-03-31/functions/{FunctionName}/aliases")] },
        new(
            "logs", "Amazon CloudWatch Logs", [Protocol.AwsJson11], "Logs_20140328", "2014-03-28",
            [
                new("DescribeLogGroups", null, "logs:DescribeLogGroups", Tell),
                new("CreateLogGroup", null, "logs:CreateLogGroup", (_, _) => new(ApiResponse.Empty())),
            ]) { Unsupported = [new("StartQuery", null)] },
        IamSts.Operations.Sts(Sessions),
    ];

    ValueTask<ApiResponse> Tell(ApiRequest request, CancellationToken stop)
    {
        Last = request;
        return new(ApiResponse.Ok(new JsonObject { ["a"] = "é<" }));
    }

    internal static (string, string) Scope(string service, string region = "eu-west-1", string key = "test") =>
        ("Authorization", $"AWS4-HMAC-SHA256 Credential={key}/20260203/{region}/{service}/aws4_request, SignedHeaders=host, Signature=00");

    internal Task<Reply> Send(string method, string target, string body = "", params (string Name, string Value)[] headers) =>
        Send(method, target, Encoding.UTF8.GetBytes(body), headers);

    internal async Task<Reply> Send(string method, string target, byte[] body, params (string Name, string Value)[] headers)
    {
        var http = Request(method, target, body, headers);
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        await Door.Handle(http);
        return new(http.Response.StatusCode, http.Response.Headers, Encoding.UTF8.GetString(answer.ToArray()));
    }

    internal static DefaultHttpContext Request(string method, string target, byte[] body, params (string Name, string Value)[] headers)
    {
        var http = new DefaultHttpContext();
        var mark = target.IndexOf('?');
        http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        http.Request.Method = method;
        if (target.StartsWith('/'))
            http.Request.Path = new(Uri.UnescapeDataString(mark < 0 ? target : target[..mark]));
        http.Request.QueryString = new(mark < 0 ? "" : target[mark..]);
        http.Request.Host = new("localhost:4566");
        http.Request.Body = new MemoryStream(body);
        http.Request.ContentLength = body.Length;
        foreach (var (name, value) in headers)
            http.Request.Headers[name] = value;
        return http;
    }

    ILogger ILoggerFactory.CreateLogger(string categoryName) => this;

    void ILoggerFactory.AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    void IDisposable.Dispose() { }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Log)
            Log.Add($"{logLevel}: {formatter(state, exception)} {exception?.GetType().Name}");
    }
}

sealed record Reply(int Status, IHeaderDictionary Headers, string Body)
{
    internal string ErrorType => Headers["x-amzn-ErrorType"].ToString();

    internal JsonNode Json => JsonNode.Parse(Body)!;
}

sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}

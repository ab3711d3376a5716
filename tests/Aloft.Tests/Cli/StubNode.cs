using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Aloft.Tests.Cli;

/// <summary>A server that gives scripted answers and remembers what it was asked.</summary>
internal sealed class StubNode : IAsyncDisposable
{
    readonly WebApplication server;
    readonly Dictionary<string, Queue<StubAnswer>> answers = [];
    readonly List<StubRequest> requests = [];

    StubNode(WebApplication server) => this.server = server;

    /// <summary>What has come in so far.</summary>
    public IReadOnlyList<StubRequest> Requests
    {
        get { lock (answers) return [.. requests]; }
    }

    public string Address => server.Urls.First();

    public static async Task<StubNode> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var node = new StubNode(builder.Build());
        node.server.Run(node.Serve);
        await node.server.StartAsync();
        return node;
    }

    /// <param name="route">Method and path: <c>GET /2015-03-31/functions/f/configuration</c>. Answers queue up; the last one stays.</param>
    public StubNode Answer(string route, int status, string body, params (string Name, string Value)[] headers)
    {
        if (!answers.TryGetValue(route, out var queue))
            answers[route] = queue = new();
        queue.Enqueue(new(status, body, headers));
        return this;
    }

    /// <summary>A function that is there, as GetFunctionConfiguration tells it.</summary>
    public StubNode Has(string name, params (string Name, JsonNode? Value)[] members) =>
        Answer($"GET /2015-03-31/functions/{name}/configuration", 200, Function(name, members).ToJsonString());

    public StubNode HasNot(string name) => Refuse($"GET /2015-03-31/functions/{name}/configuration", 404, "ResourceNotFoundException", "Function not found");

    public StubNode Refuse(string route, int status, string code, string message) =>
        Answer(route, status, new JsonObject { ["Message"] = message }.ToJsonString(), ("x-amzn-errortype", code));

    public static JsonObject Function(string name, params (string Name, JsonNode? Value)[] members)
    {
        var function = new JsonObject
        {
            ["FunctionName"] = name, ["FunctionArn"] = $"arn:aws:lambda:us-east-1:000000000000:function:{name}", ["Runtime"] = "nodejs18.x",
            ["Handler"] = "index.handler", ["Role"] = "arn:aws:iam::000000000000:role/r", ["MemorySize"] = 128, ["Timeout"] = 3,
            ["CodeSha256"] = "", ["CodeSize"] = 10L, ["LastModified"] = "2025-01-02T03:04:05.000+0000", ["State"] = "Active", ["LastUpdateStatus"] = "Successful",
        };
        foreach (var (member, value) in members)
            function[member] = value?.DeepClone();
        return function;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    async Task Serve(HttpContext http)
    {
        using var body = new StreamReader(http.Request.Body, Encoding.UTF8);
        var request = new StubRequest(
            $"{http.Request.Method} {http.Request.Path}", http.Request.QueryString.Value ?? "", await body.ReadToEndAsync(),
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        StubAnswer answer;
        lock (answers)
        {
            requests.Add(request);
            answer = answers.TryGetValue(request.Route, out var queue)
                ? queue.Count > 1 ? queue.Dequeue() : queue.Peek()
                : new StubAnswer(404, """{"Message":"no such thing here"}""", [("x-amzn-errortype", "UnknownOperationException")]);
        }
        http.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            http.Response.Headers[name] = value;
        await http.Response.WriteAsync(answer.Body);
    }
}

internal sealed record StubAnswer(int Status, string Body, (string Name, string Value)[] Headers);

internal sealed record StubRequest(string Route, string Query, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();
}

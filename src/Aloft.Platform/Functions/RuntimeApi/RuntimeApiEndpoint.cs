using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Aloft.Platform.Front.Listening;
using Aloft.Platform.Functions.Extensions;
using Aloft.Platform.Functions.Invoke;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Aloft.Platform.Functions.RuntimeApi;

/// <summary>
/// The AWS Lambda Runtime API on one sandbox's loopback: a custom runtime asks it for the next event and posts answers. Beside it, for
/// every runtime, the API of extensions. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
/// </summary>
internal sealed class RuntimeApiEndpoint : IDisposable
{
    const string Prefix = "/2018-06-01/runtime/";

    readonly Socket listener;
    RuntimeApiInstance? instance;
    ExtensionApi? extensions;
    Expectation? expected;

    public RuntimeApiEndpoint(Socket listener, SandboxListeners listeners)
    {
        this.listener = listener;
        Address = ((IPEndPoint)listener.LocalEndPoint!).ToString();
        listeners.Serve(listener, new SandboxOrigin(Serve));
    }

    /// <summary>host:port as the runtime reaches it: AWS_LAMBDA_RUNTIME_API.</summary>
    public string Address { get; }

    public void Attach(RuntimeApiInstance attached)
    {
        Volatile.Write(ref instance, attached);
        expected?.Attached.TrySetResult();
    }

    /// <summary>
    /// What was started may turn out to talk this API: a wrapper that puts a program of its own in the place of a built-in runtime. Its first
    /// request then waits for an instance to be attached.
    /// </summary>
    /// <returns>Completes at that request.</returns>
    public Task Expect()
    {
        expected = new();
        return expected.Asked.Task;
    }

    sealed record Expectation
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Attached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Attach(ExtensionApi attached) => Volatile.Write(ref extensions, attached);

    async Task Serve(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        var method = http.Request.Method;
        if (!path.StartsWith(Prefix, StringComparison.Ordinal) && Volatile.Read(ref extensions) is { } api && await api.TryServe(http))
            return;
        if (Volatile.Read(ref instance) is null && expected is not null && path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            expected.Asked.TrySetResult();
            await expected.Attached.Task.WaitAsync(http.RequestAborted);
        }
        if (Volatile.Read(ref instance) is not { } runtime || !path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            await Refuse(http, 404, "NotFound", $"{method} {path} is not an operation of the APIs in this sandbox.");
            return;
        }

        var rest = path[Prefix.Length..];
        if (method == "GET" && rest == "invocation/next")
            await Next(http, runtime);
        else if (method == "POST" && rest == "init/error")
            await InitError(http, runtime);
        else if (method == "POST" && rest.Split('/') is ["invocation", var id, "response" or "error"])
            await Answer(http, runtime, id, isError: rest.EndsWith("/error", StringComparison.Ordinal));
        else
            await Refuse(http, 404, "NotFound", $"{method} {path} is not an operation of the Runtime API.");
    }

    static async Task Next(HttpContext http, RuntimeApiInstance runtime)
    {
        Handover handover;
        try
        {
            if (!runtime.TryBecomeReady())
            {
                await Refuse(http, 403, "InvalidStateTransition", "The last invocation has not been answered yet.");
                return;
            }
            handover = await runtime.Next.ReadAsync(http.RequestAborted);
        }
        catch (Exception gone) when (gone is OperationCanceledException or ChannelClosedException)
        {
            http.Abort();
            return;
        }

        var invocation = handover.Invocation;
        runtime.HandedOut(invocation);
        var headers = http.Response.Headers;
        headers["Lambda-Runtime-Aws-Request-Id"] = invocation.RequestId.ToString();
        headers["Lambda-Runtime-Deadline-Ms"] = handover.Deadline.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        headers["Lambda-Runtime-Invoked-Function-Arn"] = invocation.InvokedArn;
        if (invocation.TraceId.Length > 0)
            headers["Lambda-Runtime-Trace-Id"] = invocation.TraceId;
        if (invocation.ClientContext.Length > 0)
            headers["Lambda-Runtime-Client-Context"] = invocation.ClientContext;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = invocation.Payload.Length;
        await http.Response.Body.WriteAsync(invocation.Payload, http.RequestAborted);
    }

    static async Task InitError(HttpContext http, RuntimeApiInstance runtime)
    {
        var payload = await ReadBody(http, Limits.ResponseBytes);
        await Accept(http);
        runtime.InitFailed(payload.Bytes);
    }

    static async Task Answer(HttpContext http, RuntimeApiInstance runtime, string id, bool isError)
    {
        if (!Guid.TryParse(id, out var requestId) || !runtime.IsRunning(requestId))
        {
            await Refuse(http, 400, "InvalidRequestID", $"There is no running invocation {id}.");
            return;
        }

        if (!isError && http.Request.Headers["Lambda-Runtime-Function-Response-Mode"] == "streaming" && runtime.StreamOf(requestId) is { } stream)
        {
            await RuntimeApiStream.PassOn(http, runtime, requestId, stream);
            await Accept(http);
            return;
        }
        var body = await ReadBody(http, Limits.ResponseBytes);
        if (body.TooLarge)
        {
            await Refuse(http, 413, "RequestEntityTooLarge", FunctionFailure.ResponseTooLarge(body.Size).Message);
            runtime.AnswerTooLarge(requestId, body.Size);
            return;
        }
        runtime.Answer(requestId, body.Bytes, isError); // first: the runtime asks for the next event as soon as it is accepted
        await Accept(http);
    }

    readonly record struct Body(byte[] Bytes, long Size, bool TooLarge);

    /// <summary>Reads to the end, so that the size in the message is true, but keeps no more than the limit.</summary>
    static async ValueTask<Body> ReadBody(HttpContext http, int limit)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;

        using var kept = new MemoryStream((int)Math.Clamp(http.Request.ContentLength ?? 0, 0, limit));
        var buffer = new byte[16 * 1024];
        var total = 0L;
        for (int count; (count = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0; total += count)
            if (total + count <= limit)
                kept.Write(buffer, 0, count);
        return new(kept.ToArray(), total, total > limit);
    }

    static async Task Accept(HttpContext http)
    {
        http.Response.StatusCode = 202;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync("{\"status\":\"OK\"}\n", http.RequestAborted);
    }

    static async Task Refuse(HttpContext http, int status, string type, string message)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        var body = new JsonObject { ["errorMessage"] = message, ["errorType"] = type };
        await http.Response.WriteAsync($"{body.ToJsonString()}\n", http.RequestAborted);
    }

    public void Dispose() => listener.Dispose();
}

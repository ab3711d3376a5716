using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Aloft.Tests.Runtimes;

/// <summary>
/// The three calls of the Runtime API that a custom runtime cannot do without, for one function at a time.
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
/// </summary>
internal sealed class SmallRuntimeApi : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Channel<string> events = Channel.CreateUnbounded<string>();
    readonly Channel<string> answers = Channel.CreateUnbounded<string>();
    readonly WebApplication application;

    SmallRuntimeApi()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        application = builder.Build();
        application.MapGet("/2018-06-01/runtime/invocation/next", Next);
        application.MapPost("/2018-06-01/runtime/invocation/{id}/{outcome}", Take);
    }

    public static async Task<SmallRuntimeApi> Start()
    {
        var api = new SmallRuntimeApi();
        await api.application.StartAsync();
        return api;
    }

    public string Address => new Uri(application.Urls.Single()).Authority;

    /// <summary>Gives the function an event, and waits for its answer, or for its error.</summary>
    public async Task<string> Invoke(string json)
    {
        using var patience = new CancellationTokenSource(Patience);
        await events.Writer.WriteAsync(json, patience.Token);
        return await answers.Reader.ReadAsync(patience.Token);
    }

    public async ValueTask DisposeAsync() => await application.DisposeAsync();

    async Task Next(HttpContext context)
    {
        var json = await events.Reader.ReadAsync(context.RequestAborted);
        context.Response.Headers["Lambda-Runtime-Aws-Request-Id"] = RuntimeHost.RequestId;
        await context.Response.WriteAsync(json, context.RequestAborted);
    }

    async Task<IResult> Take(HttpContext context, string id)
    {
        using var reader = new StreamReader(context.Request.Body);
        var answer = await reader.ReadToEndAsync(context.RequestAborted);
        await answers.Writer.WriteAsync(id == RuntimeHost.RequestId ? answer : $"for the unknown invocation {id}: {answer}", context.RequestAborted);
        return Results.Accepted();
    }
}

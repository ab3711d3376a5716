using System.Text.Json;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Platform.Lambda.History;
using Aloft.Tests.Functions.Invoke;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;

namespace Aloft.Tests.Lambda.History;

/// <summary>Aloft's own operations over an engine with scripted sandboxes; called through their table.</summary>
sealed class HistoryBed(Engine engine) : IAsyncDisposable
{
    readonly ServiceDefinition service = Operations.Define(engine.History, engine.Registry, engine.Code, engine.Invoker, TimeProvider.System);

    public Engine Engine => engine;

    public static async Task<HistoryBed> Start(Functions.Invoke.Handler handler, Action<FakeDriver>? configure = null, HistorySettings? remembers = null) =>
        new(await Engine.Start(handler, configure, remembers: remembers));

    /// <summary>Invokes; returns the request id.</summary>
    public async Task<Guid> Invoke(FunctionKey key, string payload = "{}", string? qualifier = null)
    {
        var id = RequestIds.Next();
        await engine.Invoker.Invoke(new(key, qualifier, id, System.Text.Encoding.UTF8.GetBytes(payload)), CancellationToken.None);
        return id;
    }

    public async Task<JsonObject> Call(string operation, string query = "", Guid? id = null, object? body = null) =>
        (await Respond(operation, query, id?.ToString(), body)).Body ?? [];

    public async Task<ApiResponse> Respond(string operation, string query = "", string? id = null, object? body = null)
    {
        var http = new DefaultHttpContext().Request;
        http.QueryString = query.Length > 0 ? new("?" + query) : default;
        return await service.Operations.Single(row => row.Name == operation).Handle(
            new()
            {
                Context = new("000000000000", "us-east-1", Guid.NewGuid().ToString(), "arn:aws:iam::000000000000:root"),
                Payload = body is null ? default : JsonSerializer.SerializeToUtf8Bytes(body),
                PathParameters = id is null ? new Dictionary<string, string>() : new() { ["RequestId"] = id },
                Http = http,
            },
            CancellationToken.None);
    }

    public async Task<string> Fails(string code, int status, string operation, string query = "", string? id = null, object? body = null)
    {
        var error = await Assert.ThrowsAsync<ApiError>(() => Respond(operation, query, id, body));
        Assert.Equal((code, status), (error.Code, error.HttpStatus));
        return error.Message;
    }

    public ValueTask DisposeAsync() => engine.DisposeAsync();
}

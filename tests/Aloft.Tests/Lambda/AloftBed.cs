using System.Text.Json;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Platform.Lambda;
using Aloft.Tests.Functions.Invoke;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;

namespace Aloft.Tests.Lambda;

/// <summary>Aloft's own operations over an engine with scripted sandboxes; called through their table.</summary>
sealed class AloftBed(Engine engine) : IAsyncDisposable
{
    public const string Root = "arn:aws:iam::000000000000:root";

    readonly ServiceDefinition service = AloftOperations.Define(
        engine.History, engine.Development, engine.Registry, engine.Code, engine.Invoker, TimeProvider.System);

    public Engine Engine => engine;

    public static async Task<AloftBed> Start(Functions.Invoke.Handler handler, Action<FakeDriver>? configure = null, HistorySettings? remembers = null) =>
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

    public Task<ApiResponse> Respond(string operation, string query = "", string? id = null, object? body = null) =>
        Respond(operation, id is null ? [] : new() { ["RequestId"] = id }, query, body);

    /// <summary>An operation on a session of development.</summary>
    public async Task<JsonObject> Develop(string operation, string function, string? session = null, object? body = null, string principal = Root)
    {
        var path = new Dictionary<string, string> { ["FunctionName"] = function };
        if (session is not null)
            path["SessionId"] = session;
        return (await Respond(operation, path, "", body, principal)).Body ?? [];
    }

    async Task<ApiResponse> Respond(string operation, Dictionary<string, string> path, string query, object? body, string principal = Root)
    {
        var http = new DefaultHttpContext().Request;
        http.QueryString = query.Length > 0 ? new("?" + query) : default;
        return await service.Operations.Single(row => row.Name == operation).Handle(
            new()
            {
                Context = new("000000000000", "us-east-1", Guid.NewGuid().ToString(), principal),
                Payload = body is null ? default : JsonSerializer.SerializeToUtf8Bytes(body),
                PathParameters = path,
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

using System.Text.Json;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Kernel;
using Aloft.Platform.Lambda;
using Aloft.Tests.Functions.Code;
using Aloft.Tests.Functions.Registry;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Lambda;

/// <summary>The Lambda API over an empty SQLite database, at a time that only the test moves; called through its table.</summary>
sealed class LambdaFixture : IAsyncDisposable
{
    public const string Account = RegistryFixture.Account;
    public const string Region = RegistryFixture.Region;
    public const string Role = "arn:aws:iam::111122223333:role/service-role/hello";
    public const string Arn = $"arn:aws:lambda:{Region}:{Account}:function:";

    public const string LayerArn = $"arn:aws:lambda:{Region}:{Account}:layer:";

    public static readonly byte[] Zip = TestZip.Of(("index.js", "exports.handler = async () => 1"));

    readonly RegistryFixture parts;
    readonly ServiceDefinition service;

    LambdaFixture(RegistryFixture parts, LambdaSettings settings, RuntimeCatalog runtimes)
    {
        this.parts = parts;
        Locations = new(parts.Registry, parts.Code, parts.Time);
        service = Operations.Define(parts.Registry, parts.Code, runtimes, Locations, settings, Unused, Unused, Unused);

        static ValueTask<ApiResponse> Unused(ApiRequest request, CancellationToken stop) => throw new NotSupportedException();
    }

    public static async Task<LambdaFixture> Open(bool strictRuntimes = false, int concurrencyLimit = 1_000)
    {
        var runtimes = new RuntimeCatalog([new(Language.Node, new(20, 20, 2), "/usr/bin/node")], strictRuntimes);
        return new(await RegistryFixture.Open(), new() { Architecture = "x86_64", ConcurrencyLimit = concurrencyLimit }, runtimes);
    }

    public FunctionRegistry Registry => parts.Registry;

    public RegistryFixture Parts => parts;

    public CodeLocation Locations { get; }

    public FakeTime Time => parts.Time;

    /// <summary>The smallest input of CreateFunction, with more members or others in their place; null removes one.</summary>
    public static JsonObject NewFunction(string name = "hello", JsonObject? also = null)
    {
        var input = new JsonObject
        {
            ["FunctionName"] = name,
            ["Runtime"] = "nodejs20.x",
            ["Role"] = Role,
            ["Handler"] = "index.handler",
            ["Code"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(Zip) },
        };
        foreach (var (member, value) in also ?? [])
            input[member] = value?.DeepClone();
        return input;
    }

    /// <summary>Creates a function and waits until it is active.</summary>
    public async Task<JsonObject> Create(string name = "hello", JsonObject? also = null)
    {
        var created = await Call("CreateFunction", body: NewFunction(name, also));
        await Settled(name);
        return created;
    }

    /// <summary>Publishes a version of a layer; each has other content.</summary>
    public Task<JsonObject> PublishLayer(string layer = "shared", JsonObject? also = null, params (string Name, string Text)[] files) =>
        Call("PublishLayerVersion", layer, NewLayer(also, files.Length > 0 ? files : [("which", Guid.NewGuid().ToString())]));

    /// <summary>The smallest input of PublishLayerVersion, with more members.</summary>
    public static JsonObject NewLayer(JsonObject? also = null, params (string Name, string Text)[] files)
    {
        var input = new JsonObject { ["Content"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(TestZip.Of(files)) } };
        foreach (var (member, value) in also ?? [])
            input[member] = value?.DeepClone();
        return input;
    }

    public Task Settled(string name = "hello") => parts.Registry.WaitUntilActive(new(Account, Region, name), Forever).AsTask();

    /// <summary>Gives a function other code and publishes it; returns the version.</summary>
    public async Task<string> Publish(string source, string name = "hello")
    {
        var zip = Convert.ToBase64String(TestZip.Of(("index.js", source)));
        var published = await Call("UpdateFunctionCode", name, new() { ["ZipFile"] = zip, ["Publish"] = true });
        await Settled(name);
        return (string)published["Version"]!;
    }

    /// <summary>Creates a function with the versions 1 and 2.</summary>
    public async Task CreateTwoVersions(string name = "hello")
    {
        await Create(name, new() { ["Publish"] = true });
        Assert.Equal("2", await Publish("exports.handler = async () => 2", name));
    }

    /// <summary>Calls an operation; its answer's body, empty when it has none.</summary>
    /// <param name="path">The value of the one parameter in the operation's path; of several, with slashes between.</param>
    public async Task<JsonObject> Call(
        string operation, string? path = null, JsonObject? body = null, string query = "", string account = Account) =>
        (await Respond(operation, path, body, query, account)).Body ?? [];

    public async Task<ApiResponse> Respond(
        string operation, string? path = null, JsonObject? body = null, string query = "", string account = Account)
    {
        var row = service.Operations.Single(row => row.Name == operation);
        var http = new DefaultHttpContext().Request;
        (http.Scheme, http.Host, http.QueryString) = ("http", new("localhost:4566"), query.Length > 0 ? new("?" + query) : default);
        var labels = row.Route!.Split('/').Where(segment => segment[0] == '{').Select(segment => segment.Trim('{', '}')).ToList();
        string[] values = labels.Count > 1 ? path!.Split('/') : path is null ? [] : [path];
        return await row.Handle(
            new()
            {
                Context = new(account, Region, Guid.NewGuid().ToString(), $"arn:aws:iam::{account}:root"),
                Payload = body is null ? default : JsonSerializer.SerializeToUtf8Bytes(body),
                PathParameters = labels.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second),
                Http = http,
            },
            Forever);
    }

    /// <summary>The message of the error in which a call ends, whose code and status must be these.</summary>
    public async Task<string> Fails(
        string code, int status, string operation, string? path = null, JsonObject? body = null, string query = "")
    {
        var error = await Assert.ThrowsAsync<ApiError>(() => Respond(operation, path, body, query));
        Assert.Equal((code, status), (error.Code, error.HttpStatus));
        return error.Message;
    }

    /// <summary>With <c>InvalidParameterValueException</c>, the commonest.</summary>
    public Task<string> Invalid(string operation, string? path = null, JsonObject? body = null, string query = "") =>
        Fails("InvalidParameterValueException", 400, operation, path, body, query);

    /// <summary>With <c>ResourceNotFoundException</c>.</summary>
    public Task<string> NotFound(string operation, string? path = null, JsonObject? body = null, string query = "") =>
        Fails("ResourceNotFoundException", 404, operation, path, body, query);

    /// <summary>With <c>ValidationException</c>: a constraint of the API model.</summary>
    public Task<string> Breaks(string operation, string? path = null, JsonObject? body = null, string query = "") =>
        Fails("ValidationException", 400, operation, path, body, query);

    public ValueTask DisposeAsync() => parts.DisposeAsync();
}

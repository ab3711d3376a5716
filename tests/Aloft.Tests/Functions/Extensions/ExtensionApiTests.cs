using System.Net;
using System.Text.Json;
using Aloft.Tests.Functions.Invoke;

namespace Aloft.Tests.Functions.Extensions;

/// <summary>What the API answers to requests that are not as they should be. Each is asked for by an extension during init.</summary>
public sealed class ExtensionApiTests
{
    static readonly (string, string) Name = ("Lambda-Extension-Name", "one");

    static async Task<(HttpStatusCode Status, string Type)> Ask(
        string method, string path, string? body, (string, string)[] headers, Func<FakeExtension, Task>? before = null)
    {
        var asked = new TaskCompletionSource<(HttpStatusCode, string)>();
        await using var bed = await ExtensionBed.Start(static (sandbox, _, _) => sandbox.Respond("1"), async (_, extension) =>
        {
            try
            {
                if (before is not null)
                    await before(extension);
                var (answer, json) = await extension.Call(method, path, body, headers);
                var refused = json.ValueKind == JsonValueKind.Object && !answer.IsSuccessStatusCode;
                asked.SetResult((answer.StatusCode, refused ? json.GetProperty("errorType").GetString()! : ""));
            }
            catch (Exception fault)
            {
                asked.TrySetException(fault);
            }
            extension.Exit(new(0, null, false));
        });
        var key = await bed.Create("f", ["one"]);
        _ = await bed.Engine.Invoke(key);
        return await asked.Task;
    }

    [Theory]
    [InlineData("", 403, "Extension.InvalidExtensionName")]
    [InlineData("one", 200, "")]
    public async Task Register_wants_the_files_name(string name, int status, string type) => Assert.Equal(
        ((HttpStatusCode)status, type),
        await Ask("POST", "/2020-01-01/extension/register", """{"events": ["INVOKE"]}""", name.Length > 0 ? [("Lambda-Extension-Name", name)] : []));

    [Theory]
    [InlineData("{", 400, "InvalidRequestFormat")]
    [InlineData("[]", 400, "InvalidRequestFormat")]
    [InlineData("""{"events": "INVOKE"}""", 400, "InvalidRequestFormat")]
    [InlineData("""{"events": ["WEATHER"]}""", 403, "Extension.InvalidEventType")]
    [InlineData("""{"events": [null]}""", 403, "Extension.InvalidEventType")]
    [InlineData("""{"events": [], "events": []}""", 400, "InvalidRequestFormat")]
    [InlineData("""{"events": ["\ud800"]}""", 400, "InvalidRequestFormat")]
    [InlineData("{}", 200, "")]
    public async Task Register_wants_known_events(string body, int status, string type) =>
        Assert.Equal(((HttpStatusCode)status, type), await Ask("POST", "/2020-01-01/extension/register", body, [Name]));

    [Fact]
    public async Task One_registers_once() => Assert.Equal(
        (HttpStatusCode.Forbidden, "Extension.InvalidExtensionState"),
        await Ask("POST", "/2020-01-01/extension/register", """{"events": []}""", [Name], static extension => extension.Register("[]")));

    [Fact]
    public async Task No_more_than_ten_register() => Assert.Equal(
        (HttpStatusCode.Forbidden, "Extension.TooManyExtensions"),
        await Ask("POST", "/2020-01-01/extension/register", """{"events": []}""", [Name], static async extension =>
        {
            for (var i = 0; i < 10; i++)
                Assert.Equal(HttpStatusCode.OK, (await extension.Register("[]", $"internal-{i}")).Status);
        }));

    [Theory]
    [InlineData(null, "Extension.MissingExtensionIdentifier")]
    [InlineData("me", "Extension.InvalidExtensionIdentifier")]
    [InlineData("8d6b1d62-0b6e-4f0c-a0ea-6d5f8e8d2d11", "Extension.UnknownExtensionIdentifier")]
    public async Task Who_is_not_known_is_not_served(string? id, string type)
    {
        (string, string)[] headers = id is null ? [] : [("Lambda-Extension-Identifier", id)];
        (string, string)[] withError = [.. headers, ("Lambda-Extension-Function-Error-Type", "My.Error")];
        Assert.Equal((HttpStatusCode.Forbidden, type), await Ask("GET", "/2020-01-01/extension/event/next", null, headers));
        Assert.Equal((HttpStatusCode.Forbidden, type), await Ask("POST", "/2020-01-01/extension/exit/error", "{}", withError));
        Assert.Equal((HttpStatusCode.Forbidden, type), await Ask("PUT", "/2022-07-01/telemetry", "{}", headers));
    }

    [Fact]
    public async Task An_error_has_a_type() => Assert.Equal(
        (HttpStatusCode.Forbidden, "Extension.MissingHeader"),
        await Ask("POST", "/2020-01-01/extension/init/error", "{}", [], static extension => extension.Register("[]")));

    [Fact]
    public async Task A_subscription_that_cannot_be_is_refused() => Assert.Equal(
        (HttpStatusCode.BadRequest, "ValidationError"),
        await Ask("PUT", "/2022-07-01/telemetry", """{"types": []}""", [], static extension => extension.Register("[]")));

    [Theory]
    [InlineData("GET", "/2020-01-01/extension/register")]
    [InlineData("POST", "/2020-01-01/extension/weather")]
    [InlineData("GET", "/2018-06-01/runtime/invocation/next")]
    public async Task What_is_no_operation_is_not_found(string method, string path) =>
        Assert.Equal((HttpStatusCode.NotFound, "NotFound"), await Ask(method, path, method == "GET" ? null : "{}", []));
}

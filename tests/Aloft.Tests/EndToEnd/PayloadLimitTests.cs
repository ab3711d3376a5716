using System.Text;

namespace Aloft.Tests.EndToEnd;

/// <summary>https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html</summary>
[Collection(RealProgram.Name)]
public sealed class PayloadLimitTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    const int SyncLimit = 6 * 1024 * 1024;
    const int AsyncLimit = 1024 * 1024;

    [Fact]
    public async Task Six_megabytes_go_in_and_come_out()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Echo, memoryMegabytes: 512);
        var payload = Text(SyncLimit);
        var answer = await lambda.Invoke(name, payload);
        Assert.Equal(200, answer.Status);
        Assert.True(payload.AsSpan().SequenceEqual(answer.Body), "The echo differs.");
    }

    [Fact]
    public async Task Request_one_byte_over_is_refused()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Echo);
        var answer = await lambda.Invoke(name, Text(SyncLimit + 1));
        Assert.Equal(413, answer.Status);
        Assert.Equal("RequestTooLargeException", answer.ErrorType);
        Assert.Contains($"{SyncLimit + 1} byte payload is too large for the RequestResponse invocation type (limit {SyncLimit} bytes)", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Event_at_its_limit_is_accepted_and_over_it_refused()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Echo);
        Assert.Equal(202, (await lambda.Invoke(name, Text(AsyncLimit), "Event")).Status);
        var answer = await lambda.Invoke(name, Text(AsyncLimit + 1), "Event");
        Assert.Equal(413, answer.Status);
        Assert.Equal("RequestTooLargeException", answer.ErrorType);
        Assert.Contains("Event invocation type", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nodejs20.x", "index.js", "exports.handler = async size => 'x'.repeat(size - 2);")]
    [InlineData("python3.11", "index.py", "def handler(size, context):\n    return 'x' * (size - 2)\n")]
    public async Task Response_over_the_limit_is_a_function_error(string runtime, string file, string source)
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(new FunctionSource(runtime, "index.handler", Package.Of((file, source))), memoryMegabytes: 512);
        Assert.Equal(SyncLimit, (await lambda.Invoke(name, $"{SyncLimit}")).Body.Length);

        var failed = await lambda.Invoke(name, $"{SyncLimit + 101}");
        Assert.Equal("Unhandled", failed.FunctionError);
        Assert.Equal("Function.ResponseSizeTooLarge", failed.FunctionErrorType);
        Assert.Contains("exceeded maximum allowed payload size (6291556 bytes).", failed.FunctionErrorMessage, StringComparison.Ordinal);
        Assert.Equal("\"x\"", (await lambda.Invoke(name, "3")).Text);
    }

    [Fact]
    public async Task Package_over_its_limits_is_refused()
    {
        using var lambda = shared.Program.Lambda();
        var bomb = Package.Of([("index.js", "exports.handler = async () => 1;"u8.ToArray()), ("zeros", new byte[263 * 1024 * 1024])]);
        var answer = await lambda.Send(HttpMethod.Post, "/2015-03-31/functions", new System.Text.Json.Nodes.JsonObject
        {
            ["FunctionName"] = "bomb",
            ["Runtime"] = "nodejs20.x",
            ["Handler"] = "index.handler",
            ["Role"] = $"arn:aws:iam::{lambda.Account}:role/any",
            ["Code"] = new System.Text.Json.Nodes.JsonObject { ["ZipFile"] = Convert.ToBase64String(bomb) },
        });
        Assert.Equal(400, answer.Status);
        Assert.Equal("InvalidParameterValueException", answer.ErrorType);
        Assert.Contains("262144000", answer.Text, StringComparison.Ordinal);
    }

    /// <summary>A JSON string of this many bytes, quotes included.</summary>
    static byte[] Text(int bytes) => Encoding.ASCII.GetBytes($"\"{new string('x', bytes - 2)}\"");
}

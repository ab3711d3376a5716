using System.Text;
using Aloft.Platform.Functions.Extensions;
using Aloft.Platform.Functions.Extensions.Telemetry;

namespace Aloft.Tests.Functions.Extensions;

public sealed class SubscriptionRequestTests
{
    const string Http = """{"protocol": "HTTP", "URI": "http://sandbox.localdomain:8080/in?a=b"}""";

    static Refusal? Parse(string json, out SubscriptionRequest? request, bool isLogsApi = false) =>
        SubscriptionRequest.Parse(Encoding.UTF8.GetBytes(json), isLogsApi, out request);

    [Fact]
    public void What_is_not_given_is_as_AWS_has_it()
    {
        Assert.Null(Parse($$"""{"schemaVersion": "2022-12-13", "types": ["platform", "function"], "destination": {{Http}}}""", out var request));
        Assert.Equal(RecordTypes.Platform | RecordTypes.Function, request!.Types);
        Assert.Equal(new Buffering(1000, 262_144, TimeSpan.FromSeconds(1)), request.Buffering);
        Assert.Equal(new Destination(true, 8080, "/in?a=b", "POST"), request.Destination);

        Assert.Null(Parse("""{"types": ["extension"], "destination": {"protocol": "TCP", "port": 9090, "encoding": "JSON"}}""", out request, isLogsApi: true));
        Assert.Equal(("2020-08-15", 10_000, 9090), (request!.SchemaVersion, request.Buffering.MaxItems, request.Destination.Port));
    }

    [Theory]
    [InlineData("""{"schemaVersion": "2022-12-13", "types": ["platform"]}""", "destination must be given")]
    [InlineData("""{"schemaVersion": "1999-01-01", "types": ["platform"], "destination": HTTP}""", "schemaVersion must be one of")]
    [InlineData("""{"types": ["platform"], "destination": HTTP}""", "schemaVersion must be one of")]
    [InlineData("""{"schemaVersion": "2022-12-13", "types": [], "destination": HTTP}""", "types should not be empty")]
    [InlineData("""{"schemaVersion": "2022-12-13", "types": ["weather"], "destination": HTTP}""", "types has 'weather'")]
    [InlineData("""{"schemaVersion": "2022-12-13", "types": "platform", "destination": HTTP}""", "types should not be empty")]
    [InlineData("""{"schemaVersion": "2022-12-13", "types": ["platform"], "buffering": {"maxItems": 1}, "destination": HTTP}""", "maxItems must be between 1000 and 10000")]
    [InlineData("""{"schemaVersion": "2022-12-13", "types": ["platform"], "buffering": {"maxBytes": 1e99}, "destination": HTTP}""", "maxBytes must be between")]
    [InlineData("""{"schemaVersion": "2022-12-13", "types": ["platform"], "buffering": {"timeoutMs": 24}, "destination": HTTP}""", "timeoutMs must be between 25 and 30000")]
    [InlineData("""{"schemaVersion": "2022-12-13", "types": ["platform"], "buffering": {"timeoutMs": "x"}, "destination": HTTP}""", "not as it must be")]
    [InlineData("""{"schemaVersion": "2022-12-13", "types": ["platform"], "destination": {"protocol": "UDP"}}""", "protocol must be HTTP or TCP")]
    [InlineData("""{"schemaVersion": "2022-12-13", "types": ["platform"], "destination": {"protocol": "HTTP", "URI": "http://example.com:80"}}""", "URI must be")]
    [InlineData("""{"schemaVersion": "2022-12-13", "types": ["platform"], "destination": {"protocol": "HTTP", "URI": "http://sandbox"}}""", "URI must be")]
    [InlineData("""{"schemaVersion": "2022-12-13", "types": ["platform"], "destination": {"protocol": "HTTP", "URI": "https://sandbox:8443"}}""", "URI must be")]
    [InlineData("""{"schemaVersion": "2022-12-13", "types": ["platform"], "destination": {"protocol": "HTTP", "URI": "http://sandbox:9001"}}""", "not 9001")]
    [InlineData("""{"schemaVersion": "2022-12-13", "types": ["platform"], "destination": {"protocol": "TCP", "port": 70000}}""", "between 1 and 65535")]
    [InlineData("""{"types": [], "types": []}""", "not as it must be")]
    [InlineData("""{"schemaVersion": "2022-12-13", "types": ["platform"], "destination": {"protocol": "TCP", "port": 1, "port": 2}}""", "not as it must be")]
    [InlineData("[1]", "must be a JSON object")]
    [InlineData("{", "not as it must be")]
    [InlineData("", "not as it must be")]
    public void What_cannot_be_is_refused_by_name(string json, string why)
    {
        var request = json.Replace("HTTP}", $"{Http}}}", StringComparison.Ordinal);
        var refusal = Parse(request, out _);
        Assert.Equal((400, "ValidationError"), (refusal!.Status, refusal.Type));
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        var older = request.Replace("2022-12-13", "2020-01-01", StringComparison.Ordinal); // no schema of the Logs API
        if (older != request)
            Assert.Equal("Logs.ValidationError", Parse(older, out _, isLogsApi: true)!.Type);
    }
}

using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Aloft.Client;

/// <summary>Reading CloudWatch Logs. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html</summary>
internal sealed class LogsClient(ApiClient api)
{
    /// <summary>Everything that the group holds since then, in order, page by page. Nothing when there is no such group yet.</summary>
    public async IAsyncEnumerable<LogEvent> Since(
        string group, DateTimeOffset since, string? pattern, [EnumeratorCancellation] CancellationToken stop)
    {
        string? token = null;
        do
        {
            var input = new JsonObject { ["logGroupName"] = group, ["startTime"] = since.ToUnixTimeMilliseconds() };
            if (pattern is not null)
                input["filterPattern"] = pattern;
            if (token is not null)
                input["nextToken"] = token;

            if (await Page(input, stop) is not { } page)
                yield break;
            foreach (var logged in page["events"]?.AsArray() ?? [])
                yield return LogEvent.From(logged!.AsObject());
            token = (string?)page["nextToken"];
        }
        while (token is { Length: > 0 });
    }

    async Task<JsonObject?> Page(JsonObject input, CancellationToken stop)
    {
        var headers = new Dictionary<string, string>
        {
            ["X-Amz-Target"] = "Logs_20140328.FilterLogEvents",
            ["Content-Type"] = "application/x-amz-json-1.1",
        };
        try
        {
            return (await api.Send(HttpMethod.Post, "logs", "/", Encoding.UTF8.GetBytes(input.ToJsonString()), headers, ProgramLimits.Answer, stop)).Json;
        }
        catch (RequestRefused refused) when (refused.IsNotFound)
        {
            return null; // the group is made with its first line
        }
    }
}

internal sealed record LogEvent(string Id, string Stream, DateTimeOffset Time, string Message)
{
    public static LogEvent From(JsonObject logged) => new(
        (string?)logged["eventId"] ?? "",
        (string?)logged["logStreamName"] ?? "",
        DateTimeOffset.FromUnixTimeMilliseconds((long?)logged["timestamp"] ?? 0),
        (string?)logged["message"] ?? "");
}

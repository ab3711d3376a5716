using System.Text.Json;
using System.Text.Json.Nodes;
using Aloft.Platform.CloudWatch;
using Aloft.Platform.Kernel;
using Aloft.Storage;
using Aloft.Tests.Storage;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aloft.Tests.CloudWatch;

/// <summary>CloudWatch Logs on an empty database, at a time that only the test moves.</summary>
sealed class LogsFixture : IAsyncDisposable
{
    public const string Account = "111122223333";
    public const string Region = "eu-central-1";

    readonly TestDatabase database;

    LogsFixture(TestDatabase database, CloudWatchLogs logs, FakeTime clock) => (this.database, Logs, Clock) = (database, logs, clock);

    public static async Task<LogsFixture> Open(DbKind kind = DbKind.Sqlite)
    {
        var database = await TestDatabase.Open(kind);
        var clock = new FakeTime();
        return new(database, await CloudWatchLogs.Create(database.Db, clock, NullLoggerFactory.Instance, CancellationToken.None), clock);
    }

    public CloudWatchLogs Logs { get; }

    public FakeTime Clock { get; }

    public Db Db => database.Db;

    public DateTimeOffset Now => Clock.GetUtcNow();

    public long NowMs => Now.ToUnixTimeMilliseconds();

    /// <summary>Calls the operation through the table with an object as the input shape.</summary>
    public async Task<JsonObject> Call(string operation, object input, string account = Account)
    {
        var row = Logs.Service.Operations.Single(row => row.Name == operation);
        var request = new ApiRequest
        {
            Context = new(account, Region, Guid.NewGuid().ToString(), $"arn:aws:iam::{account}:root"),
            Payload = JsonSerializer.SerializeToUtf8Bytes(input),
            Http = new DefaultHttpContext().Request,
        };
        var response = await row.Handle(request, CancellationToken.None);
        Assert.Equal(200, response.HttpStatus);
        return response.Body ?? [];
    }

    /// <summary>The error that the call ends in, checked to be one of AWS's codes.</summary>
    public async Task<string> Fails(string code, string operation, object input, string account = Account)
    {
        var error = await Assert.ThrowsAsync<ApiError>(() => Call(operation, input, account));
        Assert.Equal((code, 400), (error.Code, error.HttpStatus));
        return error.Message;
    }

    public async Task<LogsFixture> WithStream(string group = "group", string stream = "stream")
    {
        await Call("CreateLogGroup", new { logGroupName = group });
        await Call("CreateLogStream", new { logGroupName = group, logStreamName = stream });
        return this;
    }

    /// <summary>Puts events, each with the offset in ms from now at which it happened.</summary>
    public Task<JsonObject> Put(string stream, params (long OffsetMs, string Message)[] events) => Call("PutLogEvents", new
    {
        logGroupName = "group",
        logStreamName = stream,
        logEvents = events.Select(e => new { timestamp = NowMs + e.OffsetMs, message = e.Message }),
    });

    public async Task<string[]> Messages(string stream = "stream", string group = "group") =>
        Texts(await Call("GetLogEvents", new { logGroupName = group, logStreamName = stream, startFromHead = true }));

    public async Task<string[]> Filtered(string pattern) =>
        Texts(await Call("FilterLogEvents", new { logGroupName = "group", filterPattern = pattern }));

    public static string[] Texts(JsonObject page) => [.. page["events"]!.AsArray().Select(e => (string)e!["message"]!)];

    public async ValueTask DisposeAsync()
    {
        await Logs.DisposeAsync();
        await database.DisposeAsync();
    }
}

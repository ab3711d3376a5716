using System.Text;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Storage;
using Aloft.Tests.Functions.Registry;
using Aloft.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Functions.History;

/// <summary>A history on an empty database of either kind, at a time that only the test moves.</summary>
sealed class HistoryFixture : IAsyncDisposable
{
    readonly TestDatabase database;

    HistoryFixture(TestDatabase database, FakeTime time, InvocationHistory history) => (this.database, Time, History) = (database, time, history);

    public static async Task<HistoryFixture> Open(DbKind kind = DbKind.Sqlite, HistorySettings? settings = null)
    {
        var (database, time) = (await TestDatabase.Open(kind), new FakeTime());
        return new(database, time, await InvocationHistory.Create(
            database.Db, settings ?? HistorySettings.Default, time, NullLogger<InvocationHistory>.Instance, Forever));
    }

    public FakeTime Time { get; }

    public InvocationHistory History { get; }

    public Db Db => database.Db;

    public static FunctionVersion Version(string name = "hello", string version = FunctionVersion.Latest) =>
        RegistryFixture.Sample(name) with { Version = version, State = FunctionState.Active, LastUpdateStatus = UpdateStatus.Successful, Failure = null };

    /// <summary>An invocation that ended just now.</summary>
    public Guid Ended(
        FunctionVersion function, string payload = """{"a":1}""", string answer = """{"b":2}""", bool failed = false, double durationMs = 10,
        double cpuMs = 4, double? initMs = null, Guid? requestId = null)
    {
        var id = requestId ?? RequestIds.Next();
        var invocation = new Invocation(id, function, Encoding.UTF8.GetBytes(payload)) { InvokedArn = $"{function.Key.Text}:prod", TraceId = "trace" };
        var report = new PlatformRecord(PlatformRecordKind.Report, Time.GetUtcNow(), id, function.Version)
        {
            Duration = TimeSpan.FromMilliseconds(durationMs),
            CpuTime = TimeSpan.FromMilliseconds(cpuMs),
            InitDuration = initMs is { } init ? TimeSpan.FromMilliseconds(init) : null,
            PeakMemoryBytes = 40 * 1024 * 1024,
        };
        History.Recorder!.For(function).Append(
            invocation, report, new(failed ? AnswerKind.FunctionError : AnswerKind.Returned, Encoding.UTF8.GetBytes(answer)));
        return id;
    }

    public ValueTask<RecordedInvocation?> Find(Guid requestId) => History.Find(RegistryFixture.Account, RegistryFixture.Region, requestId, Forever);

    /// <summary>All that is remembered of them, as text.</summary>
    public async Task<string[]> Told(IEnumerable<Guid> ids)
    {
        var told = new List<string>();
        foreach (var id in ids)
        {
            var (function, figures, content) = (await Find(id))!;
            told.Add($"{function.Key.Text} {figures} {content!.Value.Qualifier} {Text(content.Value.Event)} {Text(content.Value.Answer!.Value)}");
        }
        return [.. told];

        static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
    }

    public async Task<Guid[]> List(string? function = null, bool failedOnly = false, int limit = 100, DateTimeOffset since = default) =>
        [.. (await History.List(RegistryFixture.Account, RegistryFixture.Region, function, Or1970(since), failedOnly, limit, Forever))
            .Select(one => one.Figures.RequestId)];

    static DateTimeOffset Or1970(DateTimeOffset since) => since == default ? DateTimeOffset.UnixEpoch : since;

    public ValueTask<IReadOnlyList<FunctionBill>> Bill(string? function = null, DateTimeOffset since = default) =>
        History.Bill(RegistryFixture.Account, RegistryFixture.Region, function, Or1970(since), Forever);

    public async Task<long> Count(string what) => (await Db.Read(session => session.Query($"SELECT COUNT(*) FROM {what}", row => row.Int(0)), Forever))[0];

    public async ValueTask DisposeAsync()
    {
        await History.DisposeAsync();
        await database.DisposeAsync();
    }
}

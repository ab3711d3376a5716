using Aloft.Platform.CloudWatch;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Kernel;
using Aloft.Storage;
using Aloft.Tests.Storage;
using static Aloft.Tests.Storage.TestDatabase;
using Limits = Aloft.Platform.Functions.History.Limits;

namespace Aloft.Tests.Functions.History;

public sealed class InvocationRecorderTests
{
    [Fact]
    public async Task The_background_stores_by_itself_and_removes_what_is_too_old()
    {
        await using var fixture = await HistoryFixture.Open(settings: new(TimeSpan.FromHours(1), 1 << 30));
        fixture.History.Start();
        fixture.Ended(HistoryFixture.Version());
        Assert.Equal(0, await fixture.Count("history_chunks"));
        await Eventually.True(
            async () =>
            {
                fixture.Time.Advance(Limits.FlushInterval);
                return await fixture.Count("history_chunks") == 1;
            },
            "it is stored");
        await Eventually.True(
            async () =>
            {
                fixture.Time.Advance(TimeSpan.FromMinutes(30));
                return await fixture.Count("history_chunks") == 0;
            },
            "it has expired");
    }

    [Fact]
    public async Task Stopping_stores_what_is_left()
    {
        await using var fixture = await HistoryFixture.Open();
        fixture.History.Start();
        fixture.Ended(HistoryFixture.Version());
        fixture.Ended(HistoryFixture.Version("other"));
        await fixture.History.DisposeAsync();
        Assert.Equal(2, await fixture.Count("history_chunks"));
    }

    [Fact]
    public async Task Without_room_in_memory_invocations_are_counted_and_nobody_waits()
    {
        await using var fixture = await HistoryFixture.Open();
        var recorder = new InvocationRecorder(new HistoryStore(fixture.Db), new RowIds(fixture.Time), pendingBytes: 10_000);
        var function = HistoryFixture.Version();
        for (var i = 0; i < 100; i++)
            Append(recorder, fixture.Time, function, new byte[1_000]);
        await recorder.Flush(Forever);
        var bill = (await fixture.Bill()).Single();
        Assert.Equal(100, bill.Invocations + bill.Dropped);
        Assert.InRange(bill.Invocations, 3, 9);

        Append(recorder, fixture.Time, function, new byte[1_000]); // what was stored made room
        await recorder.Flush(Forever);
        Assert.Equal(bill.Invocations + 1, (await fixture.Bill()).Single().Invocations);
    }

    [Fact]
    public async Task What_comes_faster_than_its_rate_is_kept_in_figures_and_failures_have_a_rate_of_their_own()
    {
        await using var fixture = await HistoryFixture.Open();
        var function = HistoryFixture.Version();
        var large = new string('x', 3_000_000);
        var ids = Enumerable.Range(0, 15).Select(_ => fixture.Ended(function, large)).ToList();
        var failure = fixture.Ended(function, large, """{"errorType":"E"}""", failed: true);

        Assert.NotNull((await fixture.Find(ids[0]))!.Content);
        var figures = (await fixture.Find(ids[^1]))!;
        Assert.Equal((null, 3_000_000), (figures.Content, figures.Figures.EventBytes));
        Assert.NotNull((await fixture.Find(failure))!.Content);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull((await fixture.Find(fixture.Ended(function, large)))!.Content);
    }

    [Fact]
    public async Task A_failed_flush_keeps_what_it_could_not_store()
    {
        await using var database = await TestDatabase.Open(DbKind.Sqlite);
        await using var fixture = await HistoryFixture.Open();
        var recorder = new InvocationRecorder(new HistoryStore(database.Db), new RowIds(fixture.Time)); // a database without the tables, yet
        Append(recorder, fixture.Time, HistoryFixture.Version(), []);
        await Assert.ThrowsAsync<StorageException>(() => recorder.Flush(Forever).AsTask());
        Assert.Equal(1, recorder.Waiting);
        await database.Db.Migrate("history", HistoryStore.Migrations, Forever);
        await recorder.Flush(Forever);
        Assert.Equal(0, recorder.Waiting);
        Assert.Equal(1, (await database.Db.Read(session => session.Query("SELECT COUNT(*) FROM history_chunks", row => row.Int(0)), Forever))[0]);
    }

    [Fact]
    public async Task Concurrent_invocations_and_flushes_lose_nothing()
    {
        await using var fixture = await HistoryFixture.Open();
        var functions = Enumerable.Range(0, 3).Select(i => HistoryFixture.Version($"f{i}")).ToList();
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++)
                fixture.Ended(functions[i % 3]);
        })).ToArray();
        while (!Task.WhenAll(writers).IsCompleted)
            await fixture.History.Flush(Forever);
        await Task.WhenAll(writers);
        Assert.Equal((20_000, 0), ((await fixture.Bill()).Sum(bill => bill.Invocations), (await fixture.Bill()).Sum(bill => bill.Dropped)));
    }

    static void Append(InvocationRecorder recorder, FakeTime time, Aloft.Platform.Functions.Registry.FunctionVersion function, byte[] payload)
    {
        var id = RequestIds.Next();
        recorder.For(function).Append(
            new Invocation(id, function, payload) { InvokedArn = function.Key.Text },
            new PlatformRecord(PlatformRecordKind.Report, time.GetUtcNow(), id, function.Version),
            new InvocationAnswer(AnswerKind.Returned, "1"u8.ToArray()));
    }
}

using System.Text;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Layers;
using Aloft.Platform.Functions.Registry;
using Aloft.Storage;
using Aloft.Tests.Functions.Registry;
using Aloft.Tests.Storage;
using static Aloft.Tests.Storage.TestDatabase;
using Limits = Aloft.Platform.Functions.History.Limits;

namespace Aloft.Tests.Functions.History;

public sealed class InvocationHistoryTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task An_invocation_is_found_with_all_that_it_was(DbKind kind)
    {
        await using var fixture = await HistoryFixture.Open(kind);
        var function = HistoryFixture.Version();
        for (var i = 0; i < 20; i++)
            fixture.Ended(function, $"{i}");
        var id = fixture.Ended(function, """{"who":"ä"}""", """{"hello":"ä"}""", durationMs: 12.3456, cpuMs: 3.5, initMs: 80);
        fixture.Ended(function);

        var found = (await fixture.Find(id))!;
        Assert.Equal(StoredConfiguration.Write(function), StoredConfiguration.Write(found.Function));
        Assert.Equal(
            (function.Key, function.Version, function.RevisionId, function.CodeDigest, function.CodeSize, function.LastModified),
            (found.Function.Key, found.Function.Version, found.Function.RevisionId, found.Function.CodeDigest, found.Function.CodeSize,
                found.Function.LastModified));
        Assert.Equal(
            new InvocationFigures(id, fixture.Time.GetUtcNow(), InvocationSource.Api, TimeSpan.FromMilliseconds(12.3456), TimeSpan.FromMilliseconds(80),
                TimeSpan.FromMilliseconds(3.5), 40 * 1024 * 1024, null, 12, 14, Streamed: false),
            found.Figures);
        Assert.Equal(93, found.Figures.BilledMs);
        var content = found.Content!.Value;
        Assert.Equal(("""{"who":"ä"}""", "prod", "trace"), (Encoding.UTF8.GetString(content.Event.Span), content.Qualifier, content.TraceId));
        Assert.Equal("""{"hello":"ä"}""", Encoding.UTF8.GetString(content.Answer!.Value.Span));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Of_several_attempts_by_one_request_id_the_last_is_found(DbKind kind)
    {
        await using var fixture = await HistoryFixture.Open(kind);
        var function = HistoryFixture.Version();
        var id = fixture.Ended(function, failed: true, answer: """{"errorType":"First"}""");
        await fixture.History.Flush(Forever);
        fixture.Ended(function, failed: true, answer: """{"errorType":"Second"}""", requestId: id);
        fixture.Ended(function, failed: true, answer: """{"errorType":"Third"}""", requestId: id);
        Assert.Equal("Third", (await fixture.Find(id))!.Figures.ErrorType);
        Assert.Null(await fixture.Find(Guid.NewGuid()));
        Assert.Null(await fixture.History.Find("999999999999", RegistryFixture.Region, id, Forever)); // another account's
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Lists_are_newest_first_and_by_function_failure_time_and_number(DbKind kind)
    {
        await using var fixture = await HistoryFixture.Open(kind);
        var (one, two) = (HistoryFixture.Version("one"), HistoryFixture.Version("two"));
        var all = new List<Guid>();
        for (var i = 0; i < 300; i++)
        {
            all.Add(fixture.Ended(i % 3 == 0 ? one : two, failed: i % 10 == 0));
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            if (i % 2 == 0)
                await fixture.History.Flush(Forever); // more chunks than are read at a time
        }
        all.Reverse();
        Assert.Equal(all, await fixture.List(limit: 1000));
        Assert.Equal(all.Take(7), await fixture.List(limit: 7));
        Assert.Equal(all.Where((_, i) => (299 - i) % 3 == 0), await fixture.List("one", limit: 1000));
        Assert.Equal(all.Where((_, i) => (299 - i) % 10 == 0), await fixture.List(failedOnly: true));
        Assert.Equal(all.Where((_, i) => (299 - i) % 30 == 0).Take(3), await fixture.List("one", failedOnly: true, limit: 3));
        Assert.Equal(all.Take(10), await fixture.List(limit: 1000, since: fixture.Time.GetUtcNow().AddSeconds(-10)));
        Assert.Empty(await fixture.List("three"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_bill_adds_up_versions_by_function(DbKind kind)
    {
        await using var fixture = await HistoryFixture.Open(kind);
        var small = HistoryFixture.Version("one") with { MemoryMegabytes = 128, Architecture = "x86_64" };
        var large = small with { MemoryMegabytes = 1024, RevisionId = Guid.NewGuid().ToString(), LastModified = small.LastModified.AddDays(1) };
        fixture.Ended(small, durationMs: 99.5, cpuMs: 2, initMs: 100); // 200 ms of 128 MB
        await fixture.History.Flush(Forever);
        fixture.Ended(large, durationMs: 10.2, cpuMs: 5, failed: true); // 11 ms of 1024 MB
        fixture.Ended(HistoryFixture.Version("other"));

        var bill = (await fixture.Bill("one")).Single();
        Assert.Equal((2, 1, 1, 0), (bill.Invocations, bill.Failures, bill.ColdStarts, bill.Dropped));
        Assert.Equal((TimeSpan.FromMilliseconds(211), TimeSpan.FromMilliseconds(7)), (bill.Billed, bill.Cpu));
        Assert.Equal((TimeSpan.FromMilliseconds(99.5), 1024), (bill.Longest, bill.MemoryMegabytes));
        Assert.Equal((0.2m * 128 / 1024) + 0.011m, bill.GigabyteSeconds);
        Assert.Equal((0.0000002m * 2) + (bill.GigabyteSeconds * 0.0000166667m), bill.Charge);
        Assert.Equal(["one", "other"], (await fixture.Bill()).Select(one => one.Function.Name));
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await fixture.Bill(since: fixture.Time.GetUtcNow()));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task What_is_too_old_goes_with_what_it_ran(DbKind kind)
    {
        await using var fixture = await HistoryFixture.Open(kind, new(TimeSpan.FromDays(7), 1 << 30));
        var expiry = new HistoryExpiry(fixture.Db, fixture.History.Settings);
        var layer = new string('c', 64);
        fixture.Ended(HistoryFixture.Version("old") with { Layers = [new("arn:layer", layer, 1)] });
        await fixture.History.Flush(Forever);
        Assert.Equal([new('a', 64), layer], (await fixture.History.Digests(Forever)).Order());
        fixture.Time.Advance(TimeSpan.FromDays(6));
        var kept = fixture.Ended(HistoryFixture.Version("new"));
        await fixture.History.Flush(Forever);
        fixture.Time.Advance(TimeSpan.FromDays(1.5));

        await expiry.Run(fixture.Time.GetUtcNow(), Forever);
        Assert.Equal([kept], await fixture.List());
        Assert.Equal((1, 1), (await fixture.Count("history_chunks"), await fixture.Count("history_snapshots")));
        Assert.Equal([new('a', 64)], await fixture.History.Digests(Forever));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Too_much_is_thinned_out_first_and_the_biggest_function_gives_way(DbKind kind)
    {
        await using var fixture = await HistoryFixture.Open(kind, new(TimeSpan.FromDays(7), 100_000));
        var expiry = new HistoryExpiry(fixture.Db, fixture.History.Settings);
        var quiet = fixture.Ended(HistoryFixture.Version("quiet"));
        var busy = HistoryFixture.Version("busy");
        var noise = new byte[3_000];
        var random = new Random(1);
        var ids = new List<Guid>();
        for (var i = 0; i < 50; i++)
        {
            random.NextBytes(noise);
            ids.Add(fixture.Ended(busy, Convert.ToBase64String(noise)));
            await fixture.History.Flush(Forever);
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.True(await expiry.StoredBytes(Forever) > 150_000);

        await expiry.Run(fixture.Time.GetUtcNow(), Forever);
        Assert.InRange(await expiry.StoredBytes(Forever), 1, 100_000);
        Assert.NotNull(await fixture.Find(quiet)); // the oldest, of another function
        Assert.Null(await fixture.Find(ids[0]));
        Assert.NotNull((await fixture.Find(ids[^1]))!.Content);
        Assert.Equal(50, (await fixture.Bill("busy")).Single().Invocations); // the sums stay

        await new HistoryExpiry(fixture.Db, new(TimeSpan.FromDays(7), 10 * 512)).Run(fixture.Time.GetUtcNow(), Forever);
        Assert.InRange(await fixture.Count("history_chunks"), 1, 10);
        await new HistoryExpiry(fixture.Db, new(TimeSpan.Zero, 1)).Run(fixture.Time.GetUtcNow(), Forever);
        Assert.Equal((0, 0), (await fixture.Count("history_chunks"), await fixture.Count("history_snapshots")));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Code_is_spared_within_a_bound_the_longest_unused_first_to_go(DbKind kind)
    {
        await using var fixture = await HistoryFixture.Open(kind);
        var old = HistoryFixture.Version("old") with { CodeDigest = new('1', 64), CodeSize = 600 };
        var recent = HistoryFixture.Version("new") with { CodeDigest = new('2', 64), CodeSize = 600 };
        fixture.Ended(old);
        await fixture.History.Flush(Forever);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        fixture.Ended(recent);
        await fixture.History.Flush(Forever);

        var expiry = new HistoryExpiry(fixture.Db, HistorySettings.Default, codeBytes: 1_000);
        await expiry.Run(fixture.Time.GetUtcNow(), Forever);
        Assert.Equal([recent.CodeDigest], await fixture.History.Digests(Forever));
        fixture.Ended(old); // invoked again: it is needed again
        await fixture.History.Flush(Forever);
        Assert.Equal([old.CodeDigest, recent.CodeDigest], (await fixture.History.Digests(Forever)).Order());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Layers_count_for_the_bound_and_what_functions_are_deployed_with_does_not(DbKind kind)
    {
        await using var fixture = await HistoryFixture.Open(kind);
        FunctionLayer layer = new("arn:aws:lambda:us-east-1:000000000000:layer:l:1", new('3', 64), 600);
        var layered = HistoryFixture.Version("layered") with { CodeDigest = new('1', 64), CodeSize = 600, Layers = [layer] };
        var deployed = HistoryFixture.Version("deployed") with { CodeDigest = new('2', 64), CodeSize = 600 };
        fixture.Ended(layered);
        await fixture.History.Flush(Forever);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        fixture.Ended(deployed);
        await fixture.History.Flush(Forever);

        HistoryExpiry Expiry(long bytes) => new(fixture.Db, HistorySettings.Default, bytes)
        {
            Deployed = _ => ValueTask.FromResult<IReadOnlySet<string>>(new HashSet<string> { deployed.CodeDigest }),
        };
        await Expiry(1_200).Run(fixture.Time.GetUtcNow(), Forever);
        Assert.Superset(new HashSet<string> { layered.CodeDigest, layer.Digest, deployed.CodeDigest }, (await fixture.History.Digests(Forever)).ToHashSet());
        await Expiry(1_199).Run(fixture.Time.GetUtcNow(), Forever);
        Assert.Equal([deployed.CodeDigest], await fixture.History.Digests(Forever));
    }

    [Fact]
    public async Task Code_of_what_is_not_stored_yet_is_spared()
    {
        await using var fixture = await HistoryFixture.Open();
        var function = HistoryFixture.Version();
        fixture.Ended(function);
        Assert.Equal([function.CodeDigest], await fixture.History.Digests(Forever));
    }

    [Theory]
    [InlineData(1, 0, 0, false)]
    [InlineData(600, 0, 0, true)]
    [InlineData(1, 63, 1024, false)]
    [InlineData(1, 64, 1024, true)]
    public void It_is_looked_for_what_has_expired_now_and_then_and_after_much_was_written(int seconds, long written, long room, bool isDue) =>
        Assert.Equal(isDue, HistoryExpiry.IsDue(TimeSpan.FromSeconds(seconds), written, room));

    [Theory, OnSqlite, OnPostgres]
    public async Task A_function_of_now_and_then_is_billed_for_the_time_that_is_asked_for_and_its_past_expires(DbKind kind)
    {
        await using var fixture = await HistoryFixture.Open(kind, HistorySettings.Default with { Age = TimeSpan.FromHours(5) });
        var function = HistoryFixture.Version();
        fixture.Time.Advance(TimeSpan.FromMinutes(60 - fixture.Time.GetUtcNow().Minute));
        for (var i = 0; i < 10 * 20; i++) // twenty an hour
        {
            fixture.Ended(function, durationMs: i < 100 ? 50 : 10);
            await fixture.History.Flush(Forever);
            fixture.Time.Advance(TimeSpan.FromMinutes(3));
            if (i % 20 == 19)
                await new ChunkMerge(fixture.Db, new(fixture.Db)).Run(fixture.Time.GetUtcNow(), Forever);
        }
        Assert.InRange(await fixture.Count("history_chunks"), 10, 20);

        var bill = Assert.Single(await fixture.Bill(since: fixture.Time.GetUtcNow() - TimeSpan.FromMinutes(90)));
        Assert.Equal((30, TimeSpan.FromMilliseconds(30 * 10)), (bill.Invocations, bill.Duration));
        var other = Assert.Single(await fixture.Bill(since: fixture.Time.GetUtcNow() - TimeSpan.FromMinutes(330)));
        Assert.Equal((110, TimeSpan.FromMilliseconds(50)), (other.Invocations, other.Longest));

        await new HistoryExpiry(fixture.Db, HistorySettings.Default with { Age = TimeSpan.FromHours(5) }).Run(fixture.Time.GetUtcNow(), Forever);
        Assert.InRange(Assert.Single(await fixture.Bill()).Invocations, 100, 120);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Small_chunks_become_one_that_says_the_same(DbKind kind)
    {
        await using var fixture = await HistoryFixture.Open(kind);
        var (function, other) = (HistoryFixture.Version(), HistoryFixture.Version("other"));
        var ids = new List<Guid>();
        for (var i = 0; i < 40; i++)
        {
            ids.Add(fixture.Ended(i % 10 == 9 ? other : function, $"{i}", $"\"answer {i}\"", failed: i % 7 == 0, durationMs: i, initMs: i % 3 == 0 ? 80 : null));
            await fixture.History.Flush(Forever);
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
        }
        var before = await fixture.Told(ids);
        var bills = await fixture.Bill();

        await new ChunkMerge(fixture.Db, new(fixture.Db)).Run(fixture.Time.GetUtcNow() + Limits.MergeAfter - TimeSpan.FromSeconds(10), Forever);
        Assert.Equal(1 + 4 + 9, await fixture.Count("history_chunks")); // the merged one, the other's four, what is too young yet
        Assert.Equal(before, await fixture.Told(ids));
        Assert.Equal(bills, await fixture.Bill());
        Assert.Equal(ids.AsEnumerable().Reverse(), await fixture.List());
        Assert.Equal(ids.Where((_, i) => i % 7 == 0).Reverse(), await fixture.List(failedOnly: true));
    }
}

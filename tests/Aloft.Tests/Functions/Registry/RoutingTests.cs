using Aloft.Platform.Functions.Registry;
using Aloft.Storage;
using Aloft.Tests.Storage;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Functions.Registry;

/// <summary>How invocations find the version that they run.</summary>
public sealed class RoutingTests
{
    const int Draws = 10_000;

    /// <summary>Standard deviations. Beyond as many a fair draw comes once in some 10^10 runs.</summary>
    const double Tolerance = 6.5;

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(1)]
    public async Task The_second_version_gets_its_share(double weight)
    {
        await using var fixture = await RegistryFixture.Open();
        var key = await ReleasesTests.TwoVersions(fixture);
        await fixture.Registry.Releases.CreateAlias(new(key, "live", "1", new("2", weight), "", ""), Forever);
        Assert.InRange(
            await SecondOf(fixture.Registry, key),
            Draws * weight - Tolerance * Math.Sqrt(Draws * weight * (1 - weight)),
            Draws * weight + Tolerance * Math.Sqrt(Draws * weight * (1 - weight)));
    }

    [Fact]
    public async Task A_rollback_takes_effect_at_once()
    {
        await using var fixture = await RegistryFixture.Open();
        var key = await ReleasesTests.TwoVersions(fixture);
        await fixture.Registry.Releases.CreateAlias(new(key, "live", "1", new("2", 1), "", ""), Forever);
        Assert.Equal(Draws, await SecondOf(fixture.Registry, key));
        await fixture.Registry.Releases.UpdateAlias(key, "live", null, alias => alias with { Additional = new("2", 0) }, Forever);
        Assert.Equal(0, await SecondOf(fixture.Registry, key));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Another_node_follows_an_alias(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        var key = await ReleasesTests.TwoVersions(fixture);
        await fixture.Registry.Releases.CreateAlias(new(key, "live", "1", null, "", ""), Forever);
        await using var secondDb = kind == DbKind.PostgreSql ? await fixture.Database.OpenAgain() : new PausingDb(fixture.Db);
        await using var other = fixture.NewRegistry(secondDb);
        await other.Start(Forever);
        Assert.Equal("1", (await other.Find(key, "live", Forever))!.Version);

        await fixture.Registry.Releases.UpdateAlias(key, "live", null, alias => alias with { Version = "2" }, Forever);
        await Eventually.True(async () => (await other.Find(key, "live", Forever))!.Version == "2", "the other node follows");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("live")]
    [InlineData("plain")]
    public async Task A_lookup_is_answered_from_memory_without_a_task_or_an_allocation_the_second_time(string qualifier)
    {
        await using var fixture = await RegistryFixture.Open();
        var key = await ReleasesTests.TwoVersions(fixture);
        await fixture.Registry.Releases.CreateAlias(new(key, "live", "1", new("2", 0.5), "", ""), Forever);
        await fixture.Registry.Releases.CreateAlias(new(key, "plain", "1", null, "", ""), Forever);
        await fixture.Registry.Find(key, qualifier, Forever);
        Assert.NotNull(await fixture.Registry.Find(key, qualifier, Forever)); // whatever the first use makes

        var before = GC.GetAllocatedBytesForCurrentThread();
        var again = fixture.Registry.Find(key, qualifier, Forever);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(again.IsCompletedSuccessfully);
        Assert.NotNull(await again);
    }

    [Fact]
    public async Task An_alias_of_the_latest_follows_it()
    {
        await using var fixture = await RegistryFixture.Open();
        var function = await fixture.Create();
        await fixture.Registry.Releases.CreateAlias(new(function.Key, "live", "$LATEST", null, "", ""), Forever);
        Assert.Equal(function.RevisionId, (await fixture.Registry.Find(function.Key, "live", Forever))!.RevisionId);
        var updated = await fixture.Registry.Update(function.Key, null, version => version with { Description = "new" }, Forever);
        Assert.Equal(updated.RevisionId, (await fixture.Registry.Find(function.Key, "live", Forever))!.RevisionId);
    }

    [Fact]
    public async Task A_lookup_that_races_with_a_rollback_does_not_keep_what_was_there_before()
    {
        await using var fixture = await RegistryFixture.Open();
        var key = await ReleasesTests.TwoVersions(fixture);
        await fixture.Registry.Releases.CreateAlias(new(key, "live", "2", null, "", ""), Forever);
        var db = new PausingDb(fixture.Db);
        await using var registry = fixture.NewRegistry(db);
        await registry.Start(Forever);

        var release = db.HoldNextRead();
        var racing = registry.Find(key, "live", Forever).AsTask();
        await db.Looked;
        await registry.Releases.UpdateAlias(key, "live", null, alias => alias with { Version = "1" }, Forever);
        release.SetResult();

        Assert.Equal("2", (await racing)!.Version);
        Assert.Equal("1", (await registry.Find(key, "live", Forever))!.Version);
    }

    static async Task<int> SecondOf(FunctionRegistry registry, FunctionKey key)
    {
        var second = 0;
        for (var i = 0; i < Draws; i++)
            if ((await registry.Find(key, "live", Forever))!.Version == "2")
                second++;
        return second;
    }
}

using Aloft.Platform.Functions.Provisioning;
using Aloft.Platform.Functions.Registry;
using Aloft.Storage;
using Aloft.Tests.Functions.Registry;
using Aloft.Tests.Storage;
using Aloft.Wire;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Functions.Provisioning;

/// <summary>Every statement of the store, on both databases.</summary>
public sealed class ProvisionedRegistryTests
{
    static readonly FunctionKey Key = RegistryFixture.Key();

    [Theory, OnSqlite, OnPostgres]
    public async Task What_is_put_is_found_after_a_restart(DbKind kind)
    {
        await using var fixture = await TwoVersions(kind);
        await fixture.Registry.Provisioned.Put(Key, "1", 3, 1000, Forever);
        await fixture.Registry.Provisioned.Put(Key, "1", 4, 1000, Forever);
        await using var restarted = fixture.NewRegistry(fixture.Db);
        await restarted.Start(Forever);
        Assert.Equal(new(Key, "1", 4, fixture.Time.GetUtcNow()), (await restarted.Provisioned.Find(Key, "1", Forever)).Config);
        Assert.Equal([(Key, "1", 4)], Wanted(restarted));
        Assert.Equal(4, restarted.ClaimedConcurrency(Key.Account, Key.Region));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task It_follows_its_alias(DbKind kind)
    {
        await using var fixture = await TwoVersions(kind);
        var releases = fixture.Registry.Releases;
        await releases.CreateAlias(new(Key, "live", "1", null, "", ""), Forever);
        await fixture.Registry.Provisioned.Put(Key, "live", 10, 1000, Forever);
        Assert.Equal([(Key, "1", 10)], Wanted(fixture.Registry));
        await releases.UpdateAlias(Key, "live", null, alias => alias with { Additional = new("2", 0.26) }, Forever);
        Assert.Equal([(Key, "1", 7), (Key, "2", 3)], Wanted(fixture.Registry));
        await releases.UpdateAlias(Key, "live", null, alias => alias with { Additional = new("2", 1) }, Forever);
        Assert.Equal([(Key, "2", 10)], Wanted(fixture.Registry));
        await releases.UpdateAlias(Key, "live", null, alias => alias with { Version = "2", Additional = null }, Forever);
        Assert.Equal([(Key, "2", 10)], Wanted(fixture.Registry));
        await releases.DeleteAlias(Key, "live", Forever);
        Assert.Empty(Wanted(fixture.Registry));
        await Assert.ThrowsAsync<ApiError>(() => fixture.Registry.Provisioned.Find(Key, "live", Forever).AsTask());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task What_others_have_claimed_counts_once(DbKind kind)
    {
        await using var fixture = await TwoVersions(kind);
        var other = (await fixture.Create("other")).Key;
        var third = (await fixture.Create("third")).Key;
        await fixture.Registry.Provisioned.Put(Key, "1", 3, 1000, Forever);
        await fixture.Registry.Provisioned.Put(Key, "2", 4, 1000, Forever);
        await fixture.Registry.Reserve(third, 20, 1000, Forever);
        Assert.Equal(27, await fixture.Db.Read(session => ProvisionedStore.ClaimedByOthers(session, other), Forever));
        await fixture.Registry.Reserve(Key, 10, 1000, Forever);
        Assert.Equal(30, await fixture.Db.Read(session => ProvisionedStore.ClaimedByOthers(session, other), Forever));
        Assert.Equal(20, await fixture.Db.Read(session => ProvisionedStore.ClaimedByOthers(session, Key), Forever));
        Assert.Equal(30, fixture.Registry.ClaimedConcurrency(Key.Account, Key.Region));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Two_aliases_of_a_version_share_its_instances(DbKind kind)
    {
        await using var fixture = await TwoVersions(kind);
        foreach (var alias in new[] { "a", "b" })
        {
            await fixture.Registry.Releases.CreateAlias(new(Key, alias, "1", null, "", ""), Forever);
            await fixture.Registry.Provisioned.Put(Key, alias, 3, 1000, Forever);
        }
        Assert.Equal([(Key, "1", 6)], Wanted(fixture.Registry));
        fixture.Registry.Provisioned.AllocationOf = (_, _) => new(4, 0, null);
        Assert.Equal([("a", 3), ("b", 1)], (await fixture.Registry.Provisioned.Of(Key, Forever)).Select(one => (one.Config.Qualifier, one.Allocated)));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Another_node_hears_of_a_change(DbKind kind)
    {
        await using var fixture = await TwoVersions(kind);
        await using var other = fixture.NewRegistry(fixture.Db);
        await other.Start(Forever);
        await fixture.Registry.Provisioned.Put(Key, "1", 3, 1000, Forever);
        await Eventually.True(() => Wanted(other) is [(_, "1", 3)], "the other node knows what is provisioned");
        await fixture.Registry.Provisioned.Delete(Key, "1", Forever);
        await Eventually.True(() => Wanted(other) is [], "and that it is not any more");
    }

    static async Task<RegistryFixture> TwoVersions(DbKind kind)
    {
        var fixture = await RegistryFixture.Open(kind);
        await fixture.Create();
        for (var version = 1; version <= 2; version++)
        {
            await fixture.Registry.Update(Key, null, current => current with { Description = $"{version}" }, Forever);
            await fixture.Registry.WaitUntilActive(Key, Forever);
            await fixture.Registry.Releases.Publish(Key, null, null, null, Forever);
        }
        return fixture;
    }

    static List<(FunctionKey, string, int)> Wanted(FunctionRegistry registry) =>
        [.. registry.Concurrency.Provisioned.Select(one => (one.Key.Function, one.Key.Version, one.Value)).OrderBy(one => one.Version)];
}

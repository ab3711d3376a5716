using Aloft.Platform.Functions.Registry;
using Aloft.Storage;
using Aloft.Tests.Storage;
using Aloft.Wire;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Functions.Registry;

/// <summary>Every statement of versions, aliases and policies, on both databases.</summary>
public sealed class ReleasesTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task A_published_version_is_found_with_every_property(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        var latest = await fixture.Create();
        var published = await fixture.Registry.Releases.Publish(latest.Key, "first", null, latest.CodeSha256, Forever);
        Assert.Equal(("1", "first", FunctionState.Active), (published.Version, published.Description, published.State));

        Assert.Equivalent(
            latest with { Version = "1", Description = "first", RevisionId = published.RevisionId, LastModified = published.LastModified },
            await fixture.Registry.Find(latest.Key, "1", Forever), strict: true);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Publishing_what_has_not_changed_gives_the_last_version_whoever_asks_at_the_same_time(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        var latest = await fixture.Create();
        var versions = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            async i => (await fixture.Registry.Releases.Publish(latest.Key, $"by {i}", null, null, Forever)).Version));
        Assert.All(versions, version => Assert.Equal("1", version));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Versions_are_listed_by_number_and_no_number_is_given_twice(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        var key = (await fixture.Create()).Key;
        for (var i = 1; i <= 11; i++)
            Assert.Equal($"{i}", await PublishChanged(fixture, key, $"change {i}"));
        await fixture.Registry.Releases.DeleteVersion(key, "11", Forever);
        Assert.Equal("12", await PublishChanged(fixture, key, "change 12"));

        Assert.Equal(["$LATEST", "1", "2"], Names(await fixture.Registry.Releases.Versions(key, -1, 3, Forever)));
        Assert.Equal(["9", "10", "12"], Names(await fixture.Registry.Releases.Versions(key, 8, 10, Forever)));
        await fixture.Create("other");
        Assert.Equal(["10", "12", "$LATEST"], Names(await fixture.Registry.Releases.AllVersions(key, 9, 10, Forever)));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task An_alias_is_found_changed_and_deleted(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        var key = await TwoVersions(fixture);
        var releases = fixture.Registry.Releases;
        var created = await releases.CreateAlias(new(key, "live", "1", new("2", 0.25), "two of them", ""), Forever);
        Assert.Equal(created, await releases.FindAlias(key, "live", Forever));

        var changed = await releases.UpdateAlias(key, "live", created.RevisionId, alias => alias with { Additional = null, Description = "" }, Forever);
        Assert.Equal(created with { Additional = null, Description = "", RevisionId = changed.RevisionId }, changed);
        Assert.Equal(changed, await releases.FindAlias(key, "live", Forever));

        await releases.CreateAlias(new(key, "Beta", "2", null, "", ""), Forever);
        Assert.Equal(["Beta", "live"], (await releases.Aliases(key, null, "", 10, Forever)).Select(alias => alias.Name));
        Assert.Equal(["live"], (await releases.Aliases(key, null, "Beta", 10, Forever)).Select(alias => alias.Name));
        Assert.Equal(["Beta"], (await releases.Aliases(key, "2", "", 10, Forever)).Select(alias => alias.Name));

        await releases.DeleteAlias(key, "live", Forever);
        Assert.Null(await releases.FindAlias(key, "live", Forever));
        Assert.Null(await fixture.Registry.Find(key, "live", Forever));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task An_alias_and_the_deletion_of_its_version_exclude_one_another(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        var key = await TwoVersions(fixture);
        for (var i = 0; i < 10; i++)
        {
            var version = await PublishChanged(fixture, key, $"round {i}");
            var created = Succeeds(fixture.Registry.Releases.CreateAlias(new(key, $"a{i}", "1", new(version, 0.5), "", ""), Forever).AsTask());
            var deleted = Succeeds(fixture.Registry.Releases.DeleteVersion(key, version, Forever).AsTask());
            Assert.NotEqual(await created, await deleted);
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_policy_belongs_to_its_qualifier_and_goes_with_it(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        var key = await TwoVersions(fixture);
        var policies = fixture.Registry.Policies;
        foreach (var qualifier in new[] { null, "1", "2" })
            await policies.Add(key, qualifier, null, new() { ["Sid"] = $"s{qualifier}" }, Forever);
        var first = await policies.Find(key, "1", Forever);
        Assert.Equal("""{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"s1"}]}""", first!.Document);
        await policies.Add(key, "1", first.RevisionId, new() { ["Sid"] = "more" }, Forever);
        await policies.Remove(key, "1", null, "s1", Forever);
        Assert.Equal("""{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"more"}]}""", (await policies.Find(key, "1", Forever))!.Document);

        await fixture.Registry.Releases.DeleteVersion(key, "1", Forever);
        Assert.Null(await policies.Find(key, "1", Forever));
        Assert.NotNull(await policies.Find(key, "2", Forever));
        await fixture.Registry.Delete(key, Forever);
        Assert.Null(await policies.Find(key, "2", Forever));
        Assert.Null(await policies.Find(key, null, Forever));
    }

    [Fact]
    public async Task A_version_that_a_kill_left_pending_is_taken_up_at_the_next_start()
    {
        await using var fixture = await RegistryFixture.Open();
        var latest = await fixture.Create();
        await fixture.Db.Write(
            session => FunctionStore.InsertVersion(session, RegistryFixture.Pending(latest with { Version = "1", RevisionId = "r1" })), Forever);
        await using var restarted = fixture.NewRegistry(fixture.Db);
        await restarted.Start(Forever);
        await Eventually.True(
            async () => (await restarted.Find(latest.Key, "1", Forever))!.State == FunctionState.Active, "version 1 is active");
    }

    [Fact]
    public async Task The_code_of_a_version_counts_and_is_kept()
    {
        await using var fixture = await RegistryFixture.Open();
        var latest = await fixture.Create();
        await fixture.Registry.Releases.Publish(latest.Key, null, null, null, Forever);
        Assert.Equal(2 * latest.CodeSize, (await fixture.Registry.Usage(RegistryFixture.Account, RegistryFixture.Region, Forever)).Code);

        var other = await fixture.Wanted(source: "exports.handler = async () => 2");
        await fixture.Registry.Update(latest.Key, null, version => version with { CodeDigest = other.CodeDigest }, Forever);
        Assert.Contains(latest.CodeDigest, await fixture.Registry.Digests(Forever));
    }

    internal static async Task<FunctionKey> TwoVersions(RegistryFixture fixture)
    {
        var key = (await fixture.Create()).Key;
        await PublishChanged(fixture, key, "one");
        await PublishChanged(fixture, key, "two");
        return key;
    }

    static async Task<string> PublishChanged(RegistryFixture fixture, FunctionKey key, string description)
    {
        await fixture.Registry.Update(key, null, version => version with { Description = description }, Forever);
        await fixture.Registry.WaitUntilActive(key, Forever);
        var published = await fixture.Registry.Releases.Publish(key, null, null, null, Forever);
        return (await fixture.Registry.WhenSettled(published, Forever))!.Version;
    }

    static async Task<bool> Succeeds(Task change)
    {
        try
        {
            await change;
            return true;
        }
        catch (ApiError)
        {
            return false;
        }
    }

    static IEnumerable<string> Names(IEnumerable<FunctionVersion> versions) => versions.Select(version => version.Version);
}

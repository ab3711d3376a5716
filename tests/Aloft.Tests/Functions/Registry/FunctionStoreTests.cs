using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Provisioning;
using Aloft.Platform.Functions.Registry;
using Aloft.Storage;
using Aloft.Tests.Storage;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Functions.Registry;

/// <summary>Every statement of the store, on both databases.</summary>
public sealed class FunctionStoreTests
{
    static readonly SortedDictionary<string, string> Tags = new() { ["team"] = "blue", ["empty"] = "" };

    [Theory, OnSqlite, OnPostgres]
    public async Task What_is_inserted_is_found_with_every_property(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        var version = RegistryFixture.Sample();
        Assert.True(await fixture.Db.Write(session => FunctionStore.Insert(session, version, Tags), Forever));

        var found = await fixture.Store.Find(version.Key, Forever);
        Assert.Equivalent(version, found!.Latest, strict: true);
        Assert.Equal(Tags, found.Tags);
        Assert.Null(found.ReservedConcurrency);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_name_is_taken_once_in_an_account_and_region(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        var first = RegistryFixture.Sample();
        var second = first with { Description = "another" };
        var elsewhere = first with { Key = first.Key with { Region = "us-east-1" } };
        Assert.Equal((true, false, true), await fixture.Db.Write(
            async session => (
                await FunctionStore.Insert(session, first, Tags),
                await FunctionStore.Insert(session, second, Tags),
                await FunctionStore.Insert(session, elsewhere, Tags)),
            Forever));
        Assert.Equal("says hello", (await fixture.Store.Find(first.Key, Forever))!.Latest.Description);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task An_update_replaces_every_property(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        var version = RegistryFixture.Sample();
        await fixture.Leave(version);
        var changed = version with
        {
            RevisionId = "r2", Runtime = "python3.12", Handler = "h", Role = "arn:aws:iam::111122223333:role/other", Description = "",
            CodeDigest = new string('b', 64), CodeSize = 5, MemoryMegabytes = 128, Timeout = TimeSpan.FromSeconds(3), TmpMegabytes = 512,
            Architecture = "x86_64", Environment = new SortedDictionary<string, string>(), LogGroup = "/g", TracingMode = "PassThrough",
            LastModified = version.LastModified.AddDays(1),
            State = FunctionState.Active, LastUpdateStatus = UpdateStatus.InProgress, Failure = null,
        };
        Assert.Equal(1, await fixture.Db.Write(session => FunctionStore.Update(session, changed), Forever));
        Assert.Equivalent(changed, (await fixture.Store.Find(version.Key, Forever))!.Latest, strict: true);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Only_the_revision_that_is_settling_is_settled(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        var pending = RegistryFixture.Pending(RegistryFixture.Sample());
        await fixture.Leave(pending);
        Assert.Equal([pending.RevisionId], (await fixture.Store.Unsettled(10, Forever)).Select(version => version.RevisionId));

        var active = pending with { State = FunctionState.Active };
        Assert.Equal(0, await fixture.Store.Settle(active with { RevisionId = "older" }, Forever));
        Assert.Equal(1, await fixture.Store.Settle(active, Forever));
        Assert.Equal(0, await fixture.Store.Settle(active with { State = FunctionState.Failed }, Forever)); // another node was quicker
        Assert.Equal(FunctionState.Active, (await fixture.Store.Find(pending.Key, Forever))!.Latest.State);
        Assert.Empty(await fixture.Store.Unsettled(10, Forever));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_list_is_in_the_order_of_bytes_and_of_one_account_and_region(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        foreach (var name in new[] { "b", "a-1", "B", "a_1", "a" })
            await fixture.Leave(RegistryFixture.Sample(name));
        await fixture.Leave(RegistryFixture.Sample("other") with { Key = new("999988887777", RegistryFixture.Region, "other") });

        Assert.Equal(["B", "a", "a-1", "a_1", "b"], await Names("", 10));
        Assert.Equal(["a-1", "a_1"], await Names("a", 2));
        Assert.Empty(await Names("b", 10));

        async Task<IEnumerable<string>> Names(string after, int limit) =>
            from one in await fixture.Store.List(RegistryFixture.Account, RegistryFixture.Region, after, limit, Forever)
            select one.Latest.Key.Name;
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Usage_and_digests_are_those_of_what_there_is(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        Assert.Equal(new(0, 0), await fixture.Store.Usage(RegistryFixture.Account, RegistryFixture.Region, Forever));
        await fixture.Leave(RegistryFixture.Sample("a") with { CodeSize = 80_000_000_000 });
        await fixture.Leave(RegistryFixture.Sample("b") with { CodeSize = 5 });
        await fixture.Leave(RegistryFixture.Sample("c") with { Key = new("999988887777", RegistryFixture.Region, "c"), CodeDigest = new string('c', 64) });
        Assert.Equal(new(2, 80_000_000_005), await fixture.Store.Usage(RegistryFixture.Account, RegistryFixture.Region, Forever));
        Assert.Equal([new string('a', 64), new string('c', 64)], (await fixture.Store.Digests(Forever)).Order());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Reservations_are_set_summed_and_taken_back(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        await fixture.Leave(RegistryFixture.Sample("a"));
        await fixture.Leave(RegistryFixture.Sample("b"));
        await Reserve("a", 7);
        await Reserve("b", 0);
        Assert.Equal(
            [(RegistryFixture.Key("a"), 7), (RegistryFixture.Key("b"), 0)],
            (await fixture.Db.Read(FunctionStore.Reservations, Forever)).OrderBy(one => one.Item1.Name));
        Assert.Equal(7, await fixture.Db.Read(session => ProvisionedStore.ClaimedByOthers(session, RegistryFixture.Key("b")), Forever));
        Assert.Equal(7, (await fixture.Store.Find(RegistryFixture.Key("a"), Forever))!.ReservedConcurrency);
        await Reserve("a", null);
        Assert.Null((await fixture.Store.Find(RegistryFixture.Key("a"), Forever))!.ReservedConcurrency);

        ValueTask<int> Reserve(string name, int? reserved) =>
            fixture.Db.Write(session => FunctionStore.SetReserved(session, RegistryFixture.Key(name), reserved), Forever);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_function_has_one_url_for_each_qualifier(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        await fixture.Leave(RegistryFixture.Sample());
        var created = RegistryFixture.Sample().LastModified;
        var url = new FunctionUrl("u1", RegistryFixture.Key(), null, UrlSettings.Default, created, created.AddHours(1));
        var ofAlias = url with { UrlId = "u2", Qualifier = "live" };
        Assert.Equal((true, false, true), await fixture.Db.Write(
            async session => (
                await FunctionStore.InsertUrl(session, url),
                await FunctionStore.InsertUrl(session, url with { UrlId = "u3" }),
                await FunctionStore.InsertUrl(session, ofAlias)),
            Forever));
        Assert.Equal(url, await fixture.Store.FindUrl("u1", Forever));
        Assert.Null(await fixture.Store.FindUrl("u3", Forever));
        Assert.Equal([url, ofAlias], await fixture.Store.Urls(RegistryFixture.Key(), Forever));

        var later = ofAlias with { Settings = new() { Streams = true }, LastModifiedTime = ofAlias.LastModifiedTime.AddDays(1) };
        await fixture.Db.Write(session => FunctionStore.UpdateUrl(session, later), Forever);
        Assert.Equal(later, await fixture.Store.FindUrl("u2", Forever));
        await fixture.Db.Write(session => FunctionStore.DeleteUrl(session, url), Forever);
        Assert.Equal([later], await fixture.Store.Urls(RegistryFixture.Key(), Forever));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_deleted_function_leaves_nothing(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        await fixture.Leave(RegistryFixture.Sample());
        await fixture.Leave(RegistryFixture.Sample("other"));
        await fixture.Db.Write(
            session => FunctionStore.InsertUrl(session, new("u1", RegistryFixture.Key(), null, UrlSettings.Default, default, default)), Forever);
        Assert.True(await Delete());
        Assert.False(await Delete());
        Assert.Null(await fixture.Store.Find(RegistryFixture.Key(), Forever));
        Assert.Null(await fixture.Store.FindUrl("u1", Forever));
        Assert.NotNull(await fixture.Store.Find(RegistryFixture.Key("other"), Forever));

        ValueTask<bool> Delete() => fixture.Db.Write(session => FunctionStore.Delete(session, RegistryFixture.Key()), Forever);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Tags_are_replaced(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        await fixture.Leave(RegistryFixture.Sample());
        await fixture.Db.Write(session => FunctionStore.SetTags(session, RegistryFixture.Key(), Tags), Forever);
        Assert.Equal(Tags, (await fixture.Store.Find(RegistryFixture.Key(), Forever))!.Tags);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_shared_key_is_the_first_one_that_was_made(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        Assert.Equal([1, 2, 3], await fixture.Store.SharedKey("k", [1, 2, 3], Forever));
        Assert.Equal([1, 2, 3], await fixture.Store.SharedKey("k", [4, 5, 6], Forever));
        Assert.Equal([4, 5, 6], await fixture.Store.SharedKey("other", [4, 5, 6], Forever));
    }

    [Fact]
    public async Task The_layers_of_a_function_are_persisted_and_their_names_do_not_change()
    {
        await using var parts = await RegistryFixture.Open();
        var layered = RegistryFixture.Sample() with { Layers = [new("arn:aws:lambda:eu-central-1:111122223333:layer:l:1", new string('b', 64), 99)] };
        await parts.Leave(layered);
        Assert.Equal(layered.Layers, (await parts.Store.Find(layered.Key, Forever))!.Latest.Layers);
        Assert.Equal(
            $$"""[{"arn":"arn:aws:lambda:eu-central-1:111122223333:layer:l:1","digest":"{{new string('b', 64)}}","codeSize":99}]""",
            JsonNode.Parse(StoredConfiguration.Write(layered))!["layers"]!.ToJsonString());
    }

    [Fact]
    public void The_names_of_states_are_persisted_and_do_not_change()
    {
        Assert.Equal(["Pending", "Active", "Inactive", "Failed"], Enum.GetNames<FunctionState>());
        Assert.Equal(["InProgress", "Successful", "Failed"], Enum.GetNames<UpdateStatus>());
        Assert.Equal(
            """
            {
              "runtime": "nodejs20.x",
              "handler": "index.handler",
              "role": "arn:aws:iam::111122223333:role/r",
              "description": "says hello",
              "memoryMegabytes": 512,
              "timeoutSeconds": 30,
              "tmpMegabytes": 1024,
              "architecture": "arm64",
              "environment": {
                "A": "",
                "GREETING": "h\u00E4llo"
              },
              "logGroup": "/my/group",
              "tracingMode": "Active"
            }
            """,
            JsonNode.Parse(StoredConfiguration.Write(RegistryFixture.Sample()))!.ToJsonString(new() { WriteIndented = true }));
    }
}

using Aloft.Platform.Functions.Registry;
using Aloft.Storage;
using Aloft.Tests.Storage;
using Aloft.Wire;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Functions.Registry;

public sealed class FunctionRegistryTests
{
    static readonly SortedDictionary<string, string> NoTags = [];

    [Fact]
    public async Task A_function_is_pending_when_it_is_created_and_then_active()
    {
        await using var fixture = await RegistryFixture.Open();
        var created = await fixture.Registry.Create(await fixture.Wanted(), NoTags, Forever);
        Assert.Equal((FunctionState.Pending, fixture.Time.GetUtcNow()), (created.State, created.LastModified));

        await fixture.Registry.WaitUntilActive(created.Key, Forever);
        var active = await fixture.Registry.Find(created.Key, null, Forever);
        Assert.Equal((FunctionState.Active, UpdateStatus.Successful), (active!.State, active.LastUpdateStatus));
        Assert.Equal(created.RevisionId, active.RevisionId);
    }

    [Fact]
    public async Task An_update_makes_a_new_revision_and_ends_successful()
    {
        await using var fixture = await RegistryFixture.Open();
        var first = await fixture.Create();
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        var updated = await fixture.Registry.Update(first.Key, first.RevisionId, version => version with { Description = "new" }, Forever);
        Assert.Equal((FunctionState.Active, UpdateStatus.InProgress, "new"), (updated.State, updated.LastUpdateStatus, updated.Description));
        Assert.NotEqual(first.RevisionId, updated.RevisionId);
        Assert.Equal(fixture.Time.GetUtcNow(), updated.LastModified);

        await fixture.Registry.WaitUntilActive(first.Key, Forever);
        Assert.Equal(UpdateStatus.Successful, (await fixture.Registry.Find(first.Key, null, Forever))!.LastUpdateStatus);
    }

    [Fact]
    public async Task A_lookup_is_answered_from_memory_without_a_task_the_second_time()
    {
        await using var fixture = await RegistryFixture.Open();
        var function = await fixture.Create();
        var again = fixture.Registry.Find(function.Key, FunctionVersion.Latest, Forever);
        Assert.True(again.IsCompletedSuccessfully);
        Assert.Same(function, await again);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("live")]
    [InlineData("")]
    public async Task A_qualifier_that_names_nothing_finds_nothing(string qualifier)
    {
        await using var fixture = await RegistryFixture.Open();
        var function = await fixture.Create();
        Assert.Null(await fixture.Registry.Find(function.Key, qualifier, Forever));
        Assert.Null(await fixture.Registry.Find(function.Key with { Account = "999988887777" }, null, Forever));
    }

    [Fact]
    public async Task A_lookup_that_races_with_a_change_does_not_keep_what_was_there_before()
    {
        await using var fixture = await RegistryFixture.Open();
        var function = await fixture.Create();
        var db = new PausingDb(fixture.Db);
        await using var registry = fixture.NewRegistry(db);
        await registry.Start(Forever);

        var release = db.HoldNextRead();
        var racing = registry.Find(function.Key, null, Forever).AsTask();
        await db.Looked; // it has read the old revision, and not kept it yet
        var updated = await registry.Update(function.Key, null, version => version with { Description = "new" }, Forever);
        release.SetResult();

        Assert.Equal(function.RevisionId, (await racing)!.RevisionId);
        Assert.Equal(updated.RevisionId, (await registry.Find(function.Key, null, Forever))!.RevisionId);
    }

    [Fact]
    public async Task A_url_lookup_that_races_with_a_deletion_is_not_kept()
    {
        await using var fixture = await RegistryFixture.Open();
        var function = await fixture.Create();
        var url = await fixture.Registry.Urls.Create(function.Key, null, UrlSettings.Default, Forever);
        var db = new PausingDb(fixture.Db);
        await using var registry = fixture.NewRegistry(db);
        await registry.Start(Forever);

        var release = db.HoldNextRead();
        var racing = registry.Urls.Find(url.UrlId, Forever).AsTask();
        await db.Looked;
        await registry.Urls.Delete(function.Key, null, Forever);
        release.SetResult();

        Assert.NotNull(await racing);
        Assert.Null(await registry.Urls.Find(url.UrlId, Forever));
    }

    [Fact]
    public async Task Deleting_a_function_ends_its_url_too()
    {
        await using var fixture = await RegistryFixture.Open();
        var function = await fixture.Create();
        var url = await fixture.Registry.Urls.Create(function.Key, null, UrlSettings.Default, Forever);
        Assert.Equal(url, await fixture.Registry.Urls.Find(url.UrlId, Forever));
        await fixture.Registry.Delete(function.Key, Forever);
        Assert.Null(await fixture.Registry.Urls.Find(url.UrlId, Forever));
    }

    [Fact]
    public async Task Every_change_is_announced()
    {
        await using var fixture = await RegistryFixture.Open();
        var function = await fixture.Create();
        var announced = new List<FunctionKey>();
        fixture.Registry.Changed += announced.Add;
        await fixture.Registry.Reserve(function.Key, 5, 1_000, Forever);
        await fixture.Registry.Delete(function.Key, Forever);
        Assert.Equal([function.Key, function.Key], announced);
    }

    [Fact]
    public async Task A_refused_change_is_not_announced()
    {
        await using var fixture = await RegistryFixture.Open();
        var function = await fixture.Create();
        fixture.Registry.Changed += _ => Assert.Fail("announced");
        await Assert.ThrowsAsync<ApiError>(async () => await fixture.Registry.Update(function.Key, "another", version => version, Forever));
        await Assert.ThrowsAsync<ApiError>(async () => await fixture.Registry.Delete(RegistryFixture.Key("none"), Forever));
    }

    [Fact]
    public async Task A_change_whose_outcome_is_lost_is_looked_up_again()
    {
        await using var fixture = await RegistryFixture.Open();
        var function = await fixture.Create();
        var db = new PausingDb(fixture.Db);
        await using var registry = fixture.NewRegistry(db);
        await registry.Start(Forever);
        await registry.Find(function.Key, null, Forever);

        db.LosesOutcomes = true;
        await Assert.ThrowsAsync<StorageException>(async () => await registry.Delete(function.Key, Forever));
        Assert.Null(await registry.Find(function.Key, null, Forever));
    }

    [Fact]
    public async Task A_hint_that_cannot_be_sent_does_not_undo_the_change()
    {
        await using var fixture = await RegistryFixture.Open();
        var function = await fixture.Create();
        var db = new PausingDb(fixture.Db) { FailsToNotify = true };
        await using var registry = fixture.NewRegistry(db);
        await registry.Start(Forever);
        await registry.Delete(function.Key, Forever);
        Assert.Null(await registry.Find(function.Key, null, Forever));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Another_node_sees_changes_and_reservations(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        var function = await fixture.Create();
        await using var secondDb = kind == DbKind.PostgreSql ? await fixture.Database.OpenAgain() : new PausingDb(fixture.Db);
        await using var other = fixture.NewRegistry(secondDb);
        await other.Start(Forever);
        await other.Find(function.Key, null, Forever);

        await fixture.Registry.Reserve(function.Key, 5, 1_000, Forever);
        await Eventually.True(() => other.ReservedConcurrency(function.Key) == 5, "the reservation is seen");
        await fixture.Registry.Delete(function.Key, Forever);
        await Eventually.True(async () => await other.Find(function.Key, null, Forever) is null, "the deletion is seen");
        await Eventually.True(() => other.ClaimedConcurrency(RegistryFixture.Account, RegistryFixture.Region) == 0, "the reservation has gone");
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task After_a_lost_connection_everything_is_looked_up_again(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        var function = await fixture.Create();
        var changes = 0;
        fixture.Registry.Changed += _ => Interlocked.Increment(ref changes);
        await fixture.Db.Notify("functions", "", Forever); // what the database says when it may have lost some
        await Eventually.True(() => Volatile.Read(ref changes) > 0, "everything counts as changed");
        Assert.NotNull(await fixture.Registry.Find(function.Key, null, Forever));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Concurrent_reservations_never_pass_the_limit(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        var names = Enumerable.Range(0, 12).Select(i => $"f{i}").ToArray();
        foreach (var name in names)
            await fixture.Create(name);

        var granted = await Task.WhenAll(names.Select(async name =>
        {
            try
            {
                await fixture.Registry.Reserve(RegistryFixture.Key(name), 100, 1_000, Forever);
                return true;
            }
            catch (ApiError refusal)
            {
                Assert.Equal("InvalidParameterValueException", refusal.Code);
                return false;
            }
        }));
        Assert.Equal(9, granted.Count(yes => yes));
        Assert.Equal(900, fixture.Registry.ClaimedConcurrency(RegistryFixture.Account, RegistryFixture.Region));
    }

    [Fact]
    public async Task A_reservation_goes_with_its_function()
    {
        await using var fixture = await RegistryFixture.Open();
        var function = await fixture.Create();
        await fixture.Registry.Reserve(function.Key, 0, 1_000, Forever);
        Assert.Equal(0, fixture.Registry.ReservedConcurrency(function.Key));
        await fixture.Registry.Reserve(function.Key, 900, 1_000, Forever);
        Assert.Equal(900, fixture.Registry.ClaimedConcurrency(RegistryFixture.Account, RegistryFixture.Region));
        await fixture.Registry.Delete(function.Key, Forever);
        Assert.Null(fixture.Registry.ReservedConcurrency(function.Key));
        Assert.Equal(0, fixture.Registry.ClaimedConcurrency(RegistryFixture.Account, RegistryFixture.Region));
    }

    [Fact]
    public async Task The_code_of_an_account_has_a_limit()
    {
        await using var fixture = await RegistryFixture.Open();
        await fixture.Leave(RegistryFixture.Sample("huge") with { CodeSize = FunctionRegistry.CodeStorageLimit });
        var error = await Assert.ThrowsAsync<ApiError>(async () => await fixture.Create());
        Assert.Equal("CodeStorageExceededException", error.Code);
    }
}

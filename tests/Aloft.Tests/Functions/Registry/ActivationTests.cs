using Aloft.Platform.Functions.Registry;
using Aloft.Storage;
using Aloft.Tests.Storage;
using Aloft.Wire;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Functions.Registry;

public sealed class ActivationTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task What_a_kill_left_between_two_states_is_settled_by_the_next_start(DbKind kind)
    {
        await using var fixture = await RegistryFixture.Open(kind);
        var wanted = await fixture.Wanted() with { Failure = null };
        var created = RegistryFixture.Pending(wanted) with { Key = RegistryFixture.Key("created") };
        var updated = wanted with
        {
            Key = RegistryFixture.Key("updated"), RevisionId = "r2", State = FunctionState.Active, LastUpdateStatus = UpdateStatus.InProgress,
        };
        await fixture.Leave(created);
        await fixture.Leave(updated);

        await using var restarted = fixture.NewRegistry(fixture.Db);
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var left = 2;
        restarted.Changed += _ =>
        {
            if (Interlocked.Decrement(ref left) == 0)
                settled.SetResult();
        };
        await restarted.Start(Forever);
        await settled.Task.WaitAsync(TimeSpan.FromSeconds(20));

        foreach (var key in new[] { created.Key, updated.Key })
        {
            var now = await restarted.Find(key, null, Forever);
            Assert.Equal((FunctionState.Active, UpdateStatus.Successful), (now!.State, now.LastUpdateStatus));
        }
    }

    [Fact]
    public async Task An_invocation_takes_up_what_another_node_left_pending()
    {
        await using var fixture = await RegistryFixture.Open();
        var left = RegistryFixture.Pending(await fixture.Wanted());
        await fixture.Leave(left);
        await fixture.Registry.WaitUntilActive(left.Key, Forever);
        Assert.Equal(FunctionState.Active, (await fixture.Registry.Find(left.Key, null, Forever))!.State);
    }

    [Fact]
    public async Task A_function_whose_code_is_lost_has_failed_and_an_update_mends_it()
    {
        await using var fixture = await RegistryFixture.Open();
        var lost = RegistryFixture.Pending(RegistryFixture.Sample());
        await fixture.Leave(lost);
        await fixture.Registry.WaitUntilActive(lost.Key, Forever);
        var failed = await fixture.Registry.Find(lost.Key, null, Forever);
        Assert.Equal((FunctionState.Failed, "InternalError"), (failed!.State, failed.Failure!.Code));

        var good = await fixture.Wanted();
        var updated = await fixture.Registry.Update(
            lost.Key, null, version => version with { CodeDigest = good.CodeDigest, CodeSize = good.CodeSize }, Forever);
        Assert.Equal((FunctionState.Pending, UpdateStatus.InProgress, null), (updated.State, updated.LastUpdateStatus, updated.Failure));
        await fixture.Registry.WaitUntilActive(lost.Key, Forever);
        var mended = await fixture.Registry.Find(lost.Key, null, Forever);
        Assert.Equal((FunctionState.Active, UpdateStatus.Successful, null), (mended!.State, mended.LastUpdateStatus, mended.Failure));
    }

    [Fact]
    public async Task An_update_whose_code_is_lost_has_failed_and_the_function_stays_active()
    {
        await using var fixture = await RegistryFixture.Open();
        var function = await fixture.Create();
        await fixture.Registry.Update(function.Key, null, version => version with { CodeDigest = new string('f', 64) }, Forever);
        await fixture.Registry.WaitUntilActive(function.Key, Forever);
        var failed = await fixture.Registry.Find(function.Key, null, Forever);
        Assert.Equal((FunctionState.Active, UpdateStatus.Failed), (failed!.State, failed.LastUpdateStatus));
    }

    [Theory]
    [InlineData(FunctionState.Pending, UpdateStatus.Successful, "in the following state: Pending")]
    [InlineData(FunctionState.Active, UpdateStatus.InProgress, "An update is in progress for resource: arn:aws:lambda:eu-central-1:111122223333:function:hello")]
    public async Task Nothing_changes_between_two_states(FunctionState state, UpdateStatus status, string reason)
    {
        await using var fixture = await RegistryFixture.Open();
        await fixture.Leave(RegistryFixture.Sample() with { State = state, LastUpdateStatus = status });
        var error = await Assert.ThrowsAsync<ApiError>(
            async () => await fixture.Registry.Update(RegistryFixture.Key(), null, version => version, Forever));
        Assert.Equal(("ResourceConflictException", 409), (error.Code, error.HttpStatus));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_for_what_is_not_there_or_settled_already_takes_no_time()
    {
        await using var fixture = await RegistryFixture.Open();
        await fixture.Registry.WaitUntilActive(RegistryFixture.Key("none"), Forever);
        var function = await fixture.Create();
        Assert.True(fixture.Registry.WaitUntilActive(function.Key, Forever).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_function_deleted_while_it_settles_stays_deleted()
    {
        await using var fixture = await RegistryFixture.Open();
        for (var round = 0; round < 20; round++)
        {
            var created = await fixture.Registry.Create(await fixture.Wanted(), new SortedDictionary<string, string>(), Forever);
            await fixture.Registry.Delete(created.Key, Forever);
            await fixture.Registry.WaitUntilActive(created.Key, Forever);
            Assert.Null(await fixture.Registry.Find(created.Key, null, Forever));
        }
    }
}

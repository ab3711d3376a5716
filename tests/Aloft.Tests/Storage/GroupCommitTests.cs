using Aloft.Storage;
using FsCheck;
using FsCheck.Fluent;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Storage;

/// <summary>Writes that share a transaction on SQLite do not touch each other.</summary>
public sealed class GroupCommitTests
{
    [Fact]
    public async Task A_failing_write_is_rolled_back_alone()
    {
        await using var database = await WithItems(DbKind.Sqlite);
        using var group = await Group.Gather(database.Db);
        var before = database.Add("before").AsTask();
        var failing = database.Db.Write<int>(async session =>
        {
            await AddIn(session, "failing");
            throw new InvalidDataException();
        }, Forever).AsTask();
        var after = database.Add("after").AsTask();
        group.Release();
        await Task.WhenAll(before, after);
        await Assert.ThrowsAsync<InvalidDataException>(() => failing);
        Assert.Equal(["after", "before"], await database.Names());
    }

    [Fact]
    public async Task Waiting_writes_share_a_commit_and_none_is_acknowledged_before_it()
    {
        await using var database = await WithItems(DbKind.Sqlite);
        using var group = await Group.Gather(database.Db);
        var first = database.Add("first").AsTask();
        var looked = database.Db.Write(session => new ValueTask<bool>(first.IsCompleted), Forever).AsTask();
        group.Release();
        Assert.False(await looked, "a write was acknowledged while the transaction that it shares was still open");
    }

    [Fact]
    public async Task A_write_cancelled_while_it_waits_is_not_run()
    {
        await using var database = await WithItems(DbKind.Sqlite);
        using var cancelled = new CancellationTokenSource();
        using var group = await Group.Gather(database.Db);
        var write = database.Db.Write(session => AddIn(session, "a"), cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        group.Release();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        Assert.Empty(await database.Names());
    }

    [Fact]
    public async Task A_write_that_awaits_something_else_is_refused_and_loses_its_session()
    {
        await using var database = await WithItems(DbKind.Sqlite);
        var elsewhere = new TaskCompletionSource();
        var late = new TaskCompletionSource<Exception?>();
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => database.Db.Write(async session =>
        {
            await AddIn(session, "a");
            await elsewhere.Task;
            late.SetResult(await Record.ExceptionAsync(() => AddIn(session, "b").AsTask()));
        }, Forever).AsTask());
        Assert.Contains("awaited something other than its session", thrown.Message, StringComparison.Ordinal);
        elsewhere.SetResult();
        Assert.IsType<InvalidOperationException>(await late.Task);
        Assert.Empty(await database.Names());
    }

    [Fact]
    public async Task More_writes_than_may_wait_are_all_done()
    {
        await using var database = await WithItems(DbKind.Sqlite);
        using var group = await Group.Gather(database.Db);
        var writes = Enumerable.Range(0, 6000).Select(i => database.Add($"{i}").AsTask()).ToArray();
        group.Release();
        await Task.WhenAll(writes);
        Assert.Equal(6000, (await database.Names()).Count);
    }

    [Fact]
    public async Task Disposing_finishes_the_waiting_writes_and_refuses_later_ones()
    {
        await using var database = await WithItems(DbKind.Sqlite);
        using var group = await Group.Gather(database.Db);
        var waiting = database.Add("waiting").AsTask();
        var disposing = database.Db.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.Add("late").AsTask());
        group.Release();
        await waiting;
        await disposing;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.Names().AsTask());
        await using var again = await database.OpenAgain();
        Assert.Equal(["waiting"], await NamesIn(again));
    }

    [Fact]
    public async Task Callers_do_not_go_on_on_the_writers_thread()
    {
        await using var database = await WithItems(DbKind.Sqlite);
        using var group = await Group.Gather(database.Db);
        var goesOn = GoesOnOnPool(database.Add("a"));
        group.Release();
        Assert.True(await goesOn);

        static async Task<bool> GoesOnOnPool(ValueTask<int> write)
        {
            await write.ConfigureAwait(false);
            return Thread.CurrentThread.IsThreadPoolThread;
        }
    }

    [Fact]
    public async Task Reads_leave_a_thread_that_is_not_of_the_pool_at_once()
    {
        await using var database = await WithItems(DbKind.Sqlite);
        var readOn = new TaskCompletionSource<bool>();
        new Thread(() => database.Db.Read(TellThread, Forever).AsTask()).Start();
        Assert.True(await readOn.Task);

        ValueTask<int> TellThread(DbSession session)
        {
            readOn.SetResult(Thread.CurrentThread.IsThreadPoolThread);
            return new(0);
        }
    }

    /// <summary>However writes are grouped, stored is what running them one after another, without the failed ones, gives.</summary>
    [Fact]
    public void Any_sequence_of_writes_in_any_grouping_equals_the_model() =>
        Prop.ForAll(Steps().ArrayOf().Resize(40).ToArbitrary(), steps => EqualsModel(steps).GetAwaiter().GetResult())
            .QuickCheckThrowOnFailure();

    /// <summary>Adds <paramref name="Amount"/> to a counter, then perhaps fails; perhaps lets those before it commit first.</summary>
    private sealed record Step(int Counter, int Amount, bool Fails, bool ByConstraint, bool WaitsBefore);

    private static Gen<Step> Steps() =>
        from counter in Gen.Choose(0, 3)
        from amount in Gen.Choose(1, 9)
        from fails in Gen.Elements(true, false, false)
        from byConstraint in Gen.Elements(true, false)
        from waits in Gen.Elements(true, false, false, false)
        select new Step(counter, amount, fails, byConstraint, waits);

    private static async Task<bool> EqualsModel(Step[] steps)
    {
        await using var database = await WithItems(DbKind.Sqlite);
        for (var i = 0; i < 4; i++) await database.Add($"counter{i}");
        var model = new long[4];
        var running = new List<(Step Step, Task Done)>();
        foreach (var step in steps)
        {
            if (step.WaitsBefore) await Settle(running);
            running.Add((step, Apply(database.Db, step)));
            if (!step.Fails) model[step.Counter] += step.Amount;
        }
        await Settle(running);
        await database.Reopen();
        var stored = await database.Db.Read(session => session.Query("SELECT number FROM item ORDER BY name", row => row.Int(0)), Forever);
        return stored.SequenceEqual(model);
    }

    private static async Task Settle(List<(Step Step, Task Done)> running)
    {
        foreach (var (step, done) in running) Assert.Equal(step.Fails, await Record.ExceptionAsync(() => done) is not null);
        running.Clear();
    }

    private static Task Apply(Db db, Step step) => db.Write(async session =>
    {
        await session.Execute("UPDATE item SET number = number + @amount WHERE name = @name",
            ("amount", step.Amount), ("name", $"counter{step.Counter}"));
        if (!step.Fails) return;
        if (!step.ByConstraint) throw new InvalidDataException();
        await AddIn(session, "counter0");
    }, Forever).AsTask();

    /// <summary>Holds the writer, so that what is written meanwhile waits together.</summary>
    private sealed class Group : IDisposable
    {
        private readonly ManualResetEventSlim released = new();

        public static async Task<Group> Gather(Db db)
        {
            var group = new Group();
            var held = new TaskCompletionSource();
            _ = db.Write(_ => { held.SetResult(); group.released.Wait(); return new ValueTask<int>(0); }, Forever).AsTask();
            await held.Task;
            return group;
        }

        public void Release() => released.Set();

        public void Dispose() => released.Set();
    }
}

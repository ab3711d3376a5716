using System.Threading.Channels;
using Aloft.Storage;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Storage;

public sealed class NotificationTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task A_listener_hears_its_channel_in_order_and_no_other(DbKind kind)
    {
        await using var database = await Open(kind);
        var ear = new Ear(database.Db, "news");
        await database.Db.Notify("other", "x", Forever);
        await database.Db.Notify("news", "one\ntwo", Forever);
        await database.Db.Notify("news", "", Forever);
        Assert.Equal("one\ntwo", await ear.Next());
        Assert.Equal("", await ear.Next());
        Assert.True(ear.IsEmpty);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Every_listener_hears_until_it_is_disposed(DbKind kind)
    {
        await using var database = await Open(kind);
        var (first, second) = (new Ear(database.Db, "news"), new Ear(database.Db, "news"));
        await database.Db.Notify("news", "1", Forever);
        Assert.Equal("1", await first.Next());
        Assert.Equal("1", await second.Next());
        first.Listening.Dispose();
        first.Listening.Dispose();
        await database.Db.Notify("news", "2", Forever);
        Assert.Equal("2", await second.Next());
        Assert.True(first.IsEmpty);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task What_was_written_before_is_seen_by_whoever_hears(DbKind kind)
    {
        await using var database = await WithItems(kind);
        var ear = new Ear(database.Db, "news");
        await database.Add("a");
        await database.Db.Notify("news", "look", Forever);
        await ear.Next();
        Assert.Equal(["a"], await database.Names());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task One_that_is_too_long_is_refused(DbKind kind)
    {
        await using var database = await Open(kind);
        var ear = new Ear(database.Db, "news");
        await database.Db.Notify("news", new string('x', 7895), Forever);
        Assert.Equal(7895, (await ear.Next()).Length);
        await Assert.ThrowsAsync<ArgumentException>(() => database.Db.Notify("news", new string('x', 7896), Forever).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => database.Db.Notify("two\nlines", "x", Forever).AsTask());
    }

    [PostgresFact]
    public async Task Other_nodes_hear_it()
    {
        await using var database = await Open(DbKind.PostgreSql);
        await using var other = await database.OpenAgain();
        var ear = new Ear(other, "news");
        await database.Db.Notify("news", "hello", Forever);
        Assert.Equal("hello", await ear.Next());
    }

    [PostgresFact]
    public async Task After_a_lost_connection_listeners_are_told_to_look_at_everything_and_hear_again()
    {
        await using var database = await Open(DbKind.PostgreSql);
        var ear = new Ear(database.Db, "news");
        await database.DropConnections();
        Assert.Equal("", await ear.Next());
        await database.Db.Notify("news", "again", Forever);
        Assert.Equal("again", await ear.Next());
    }

    [PostgresFact]
    public async Task A_handler_that_throws_does_not_stay_unheard()
    {
        await using var database = await Open(DbKind.PostgreSql);
        var ear = new Ear(database.Db, "news");
        using var faulty = database.Db.Listen("news", _ => throw new InvalidDataException("bug"));
        await database.Db.Notify("news", "1", Forever);
        await ear.Next();
        var thrown = await Eventually.Throws<InvalidOperationException>(() => database.Db.Notify("news", "2", Forever).AsTask());
        Assert.Contains("bug", thrown.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Remembers what it hears.</summary>
    private sealed class Ear
    {
        private readonly Channel<string> heard = Channel.CreateUnbounded<string>();

        public Ear(Db db, string channel) => Listening = db.Listen(channel, payload => heard.Writer.TryWrite(payload));

        public IDisposable Listening { get; }

        public bool IsEmpty => heard.Reader.Count == 0;

        public Task<string> Next() => heard.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static class Eventually
    {
        public static async Task<T> Throws<T>(Func<Task> action) where T : Exception
        {
            var deadline = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(30))
            {
                try { await action(); }
                catch (T e) { return e; }
            }
            throw new TimeoutException($"No {typeof(T).Name} within 30 s.");
        }
    }
}

using Aloft.Platform.Kernel.Deliveries;
using Aloft.Storage;
using Aloft.Tests.Storage;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Kernel;

/// <summary>What follows from a delivery is written once, whoever ends it, however often.</summary>
public sealed class OutboxTests
{
    static readonly Dictionary<string, string> NoAttributes = [];

    [Theory, OnSqlite, OnPostgres]
    public async Task What_follows_takes_the_place_of_what_has_ended(DbKind kind)
    {
        await using var database = await Open(kind);
        var outbox = await Outbox(database, "node");
        var (ended, next) = (await Sent(outbox), New(outbox));
        await outbox.Complete([new(ended, next)], Forever);
        Assert.Equal([(next.Id.ToString(), true)], await Rows(database));
        Assert.True(outbox.Arrived.TryRead(out var arrived));
        Assert.Same(next, arrived);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Another_node_that_ends_the_same_delivery_adds_nothing(DbKind kind)
    {
        await using var database = await Open(kind);
        var (outbox, other) = (await Outbox(database, "node"), await Outbox(database, "other"));
        var (ended, next) = (await Sent(outbox), New(outbox));
        await outbox.Complete([new(ended, next)], Forever);
        await other.Complete([new(ended, New(other))], Forever);
        Assert.Equal([(next.Id.ToString(), true)], await Rows(database));
        Assert.False(other.Arrived.TryRead(out _));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task After_a_commit_in_doubt_what_follows_is_left_to_whoever_claims_it(DbKind kind)
    {
        await using var database = await Open(kind);
        var outbox = await Outbox(database, "node");
        var (ended, next) = (await Sent(outbox), New(outbox));
        await outbox.Store.Replace([(new(ended, next), DateTimeOffset.MaxValue)], Forever); // committed, and nobody was told
        await outbox.Complete([new(ended, next)], Forever);
        Assert.Equal([(next.Id.ToString(), false)], await Rows(database));
        Assert.False(outbox.Arrived.TryRead(out _));
    }

    static Task<TestDatabase> Open(DbKind kind) => TestDatabase.Open(kind);

    static async Task<Outbox> Outbox(TestDatabase database, string node)
    {
        var outbox = new Outbox(database.Db, node, TimeProvider.System);
        await outbox.Migrate(Forever);
        return outbox;
    }

    static async Task<Delivery> Sent(Outbox outbox)
    {
        await outbox.Send("000000000000", "us-east-1", "arn:f", Guid.NewGuid(), "{}"u8.ToArray(), NoAttributes, Forever);
        return await outbox.Arrived.ReadAsync(Forever);
    }

    static Delivery New(Outbox outbox) => outbox.New("000000000000", "us-east-1", "arn:g", Guid.NewGuid(), "{}"u8.ToArray(), NoAttributes);

    static async Task<List<(string Id, bool Leased)>> Rows(TestDatabase database) => await database.Db.Read(
        session => session.Query("SELECT id, leased_until FROM deliveries", row => (row.Text(0), row.Int(1) > 0)), Forever);
}

using System.Text.Json;
using Aloft.Storage;

namespace Aloft.Platform.Kernel.Deliveries;

/// <summary>
/// The table of deliveries: all of its SQL. A row is leased to the node that has it in memory; when the lease has run out (the node
/// died, or never had room for it) any node may claim it. Times are milliseconds since the epoch.
/// </summary>
internal sealed class DeliveryStore(Db db, string node)
{
    const string Columns = "id, account, region, target, request_id, payload, attributes, attempts, created_at, due_at";

    public ValueTask Migrate(CancellationToken stop) =>
        db.Migrate("deliveries", Migration.FromResources(typeof(DeliveryStore).Assembly, "Aloft.Platform.Kernel.Deliveries.migrations"), stop);

    /// <summary>Writes the row in the caller's transaction. A lease in the past leaves it to whoever claims it first.</summary>
    public async ValueTask Insert(DbSession session, Delivery delivery, DateTimeOffset leasedUntil) =>
        await session.Execute(
            $"""
            INSERT INTO deliveries ({Columns}, node, leased_until)
            VALUES (@id, @account, @region, @target, @request, @payload, @attributes, @attempts, @created, @due, @node, @lease)
            """,
            ("id", delivery.Id.ToString()), ("account", delivery.Account), ("region", delivery.Region), ("target", delivery.Target),
            ("request", delivery.RequestId.ToString()), ("payload", delivery.Payload.ToArray()), ("attributes", AttributesText(delivery)),
            ("attempts", delivery.Attempts), ("created", delivery.CreatedAt.ToUnixTimeMilliseconds()), ("due", delivery.DueAt.ToUnixTimeMilliseconds()),
            ("node", node), ("lease", leasedUntil.ToUnixTimeMilliseconds()));

    /// <summary>
    /// Removes what has ended and writes what follows from it, in one transaction; returns those that it wrote. Who ends a delivery that
    /// is gone already (after its lease another node had it, too) writes nothing, so that what follows is written once.
    /// </summary>
    public ValueTask<List<Delivery>> Replace(IReadOnlyList<(EndedDelivery Ended, DateTimeOffset NextLease)> batch, CancellationToken stop) =>
        db.Write(async session =>
        {
            var written = new List<Delivery>();
            foreach (var ((delivery, next), lease) in batch)
            {
                var removed = await session.Execute("DELETE FROM deliveries WHERE id = @id", ("id", delivery.Id.ToString())) > 0;
                if (next is null)
                    continue;
                if (removed)
                {
                    await Insert(session, next, lease);
                    written.Add(next);
                }
                else
                {
                    // Perhaps written by an earlier try of ours, whose commit was in doubt and after which nobody has it in memory.
                    await session.Execute("UPDATE deliveries SET leased_until = 0 WHERE id = @id", ("id", next.Id.ToString()));
                }
            }
            return written;
        }, stop);

    /// <summary>Lets it rest until it is due again; then any node may claim it.</summary>
    public ValueTask Reschedule(Guid id, int attempts, DateTimeOffset dueAt, CancellationToken stop) =>
        db.Write(async session =>
        {
            await session.Execute(
                "UPDATE deliveries SET attempts = @attempts, due_at = @due, leased_until = 0 WHERE id = @id",
                ("id", id.ToString()), ("attempts", attempts), ("due", dueAt.ToUnixTimeMilliseconds()));
        }, stop);

    /// <summary>What a killed predecessor of this node had in memory is nobody's now.</summary>
    public ValueTask ReleaseOwn(CancellationToken stop) =>
        db.Write(async session =>
        {
            await session.Execute("UPDATE deliveries SET leased_until = 0 WHERE node = @node", ("node", node));
        }, stop);

    public ValueTask RenewOwn(DateTimeOffset until, CancellationToken stop) =>
        db.Write(async session =>
        {
            await session.Execute(
                "UPDATE deliveries SET leased_until = @until WHERE node = @node AND leased_until > 0",
                ("node", node), ("until", until.ToUnixTimeMilliseconds()));
        }, stop);

    /// <summary>Leases up to <paramref name="limit"/> due deliveries that nobody has, oldest first.</summary>
    public async ValueTask<List<Delivery>> Claim(DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken stop)
    {
        var nowMs = now.ToUnixTimeMilliseconds();
        const string due = "SELECT id FROM deliveries WHERE leased_until < @now AND due_at <= @now ORDER BY due_at, id LIMIT @limit";
        if (await db.Read(session => session.Query(due, row => row.Text(0), ("now", nowMs), ("limit", 1)), stop) is [])
            return [];

        var skipLocked = db.Kind == DbKind.PostgreSql ? " FOR UPDATE SKIP LOCKED" : "";
        var claimed = await db.Write(session => session.Query(
            $"UPDATE deliveries SET node = @node, leased_until = @until WHERE id IN ({due}{skipLocked}) RETURNING {Columns}",
            Read, ("now", nowMs), ("limit", limit), ("node", node), ("until", until.ToUnixTimeMilliseconds())), stop);
        claimed.Sort((a, b) => a.DueAt.CompareTo(b.DueAt));
        return claimed;
    }

    static Delivery Read(DbRow row) => new(
        Guid.Parse(row.Text(0)), row.Text(1), row.Text(2), row.Text(3), Guid.Parse(row.Text(4)), row.Bytes(5),
        row.Text(6) is { Length: > 0 } attributes ? JsonSerializer.Deserialize<Dictionary<string, string>>(attributes)! : NoAttributes,
        (int)row.Int(7), DateTimeOffset.FromUnixTimeMilliseconds(row.Int(8)), DateTimeOffset.FromUnixTimeMilliseconds(row.Int(9)));

    static string AttributesText(Delivery delivery) => delivery.Attributes.Count == 0 ? "" : JsonSerializer.Serialize(delivery.Attributes);

    static readonly Dictionary<string, string> NoAttributes = [];
}

using System.Threading.Channels;
using Aloft.Storage;

namespace Aloft.Platform.Kernel.Deliveries;

/// <summary>
/// The transactional outbox. What it accepted is durable; the node that wrote a delivery dispatches it straight from memory after the
/// commit, and the table is read only for what memory had no room for, for retries, and for what a dead node left.
/// </summary>
public sealed class Outbox
{
    /// <summary>Deliveries of this node in memory at once, and their payloads' bytes together. The rest waits in the table.</summary>
    const int MostInMemory = 20_000;
    const long MostBytesInMemory = 128L * 1024 * 1024;

    /// <summary>Renewed three times before it runs out.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    readonly Db db;
    readonly TimeProvider time;
    readonly Channel<Delivery> arrived = Channel.CreateUnbounded<Delivery>(new() { SingleReader = true }); // bounded by the counts below
    long inMemory;
    long bytesInMemory;

    /// <param name="node">This node's lasting id: what it held when it was killed is its own again at the next start.</param>
    public Outbox(Db db, string node, TimeProvider time)
    {
        (this.db, this.time) = (db, time);
        Store = new DeliveryStore(db, node);
    }

    internal DeliveryStore Store { get; }

    /// <summary>What is to be dispatched, each once. The reader calls <see cref="Done"/> for each.</summary>
    internal ChannelReader<Delivery> Arrived => arrived.Reader;

    public ValueTask Migrate(CancellationToken stop) => Store.Migrate(stop);

    /// <summary>Durable on return, and on its way.</summary>
    public async ValueTask Send(
        string account, string region, string target, Guid requestId, ReadOnlyMemory<byte> payload,
        IReadOnlyDictionary<string, string> attributes, CancellationToken stop)
    {
        var delivery = New(account, region, target, requestId, payload, attributes);
        var dispatchHere = TryReserve(payload.Length);
        var lease = dispatchHere ? delivery.CreatedAt + Lease : DateTimeOffset.UnixEpoch;
        try
        {
            await db.Write(session => Store.Insert(session, delivery, lease), stop);
        }
        catch
        {
            if (dispatchHere)
                Done(delivery);
            throw;
        }
        if (dispatchHere)
            arrived.Writer.TryWrite(delivery);
    }

    /// <summary>Not durable yet: for <see cref="Complete"/>.</summary>
    internal Delivery New(
        string account, string region, string target, Guid requestId, ReadOnlyMemory<byte> payload, IReadOnlyDictionary<string, string> attributes)
    {
        var now = time.GetUtcNow();
        return new(Guid.CreateVersion7(now), account, region, target, requestId, payload, attributes, 0, now, now);
    }

    /// <summary>
    /// Removes what has ended and, in the same transaction, writes what follows from it, which is on its way on return. May be repeated
    /// with the same deliveries after a failure.
    /// </summary>
    internal async ValueTask Complete(IReadOnlyList<EndedDelivery> ended, CancellationToken stop)
    {
        var reserved = ended.Select(end => end.Next).OfType<Delivery>().Where(next => TryReserve(next.Payload.Length)).ToHashSet();
        List<Delivery> written = [];
        try
        {
            var lease = time.GetUtcNow() + Lease;
            written = await Store.Replace(
                [.. ended.Select(end => (end, end.Next is { } next && reserved.Contains(next) ? lease : DateTimeOffset.UnixEpoch))], stop);
        }
        finally
        {
            foreach (var delivery in reserved.Except(written))
                Done(delivery);
        }
        foreach (var delivery in written.Where(reserved.Contains))
            arrived.Writer.TryWrite(delivery);
        foreach (var (delivery, _) in ended)
            Done(delivery);
    }

    /// <summary>How many deliveries memory has room for.</summary>
    internal int Room => Volatile.Read(ref bytesInMemory) >= MostBytesInMemory ? 0 : (int)Math.Max(0, MostInMemory - Volatile.Read(ref inMemory));

    /// <summary>Takes in what was claimed from the table.</summary>
    internal void Admit(Delivery claimed)
    {
        Interlocked.Increment(ref inMemory);
        Interlocked.Add(ref bytesInMemory, claimed.Payload.Length);
        arrived.Writer.TryWrite(claimed);
    }

    /// <summary>The delivery has left memory: it succeeded, was put off, or was given up.</summary>
    internal void Done(Delivery delivery)
    {
        Interlocked.Decrement(ref inMemory);
        Interlocked.Add(ref bytesInMemory, -delivery.Payload.Length);
    }

    bool TryReserve(int bytes)
    {
        if (Room == 0)
            return false;
        Interlocked.Increment(ref inMemory);
        Interlocked.Add(ref bytesInMemory, bytes);
        return true;
    }
}

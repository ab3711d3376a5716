namespace Aloft.Platform.CloudWatch;

/// <summary>
/// Deletes, in short transactions, (1) what deleted groups and streams left behind, (2) chunks whose events have all outlived
/// their group's retention, (3) the oldest chunks of the biggest groups while all chunks together take too much.
/// Several nodes may run it at once.
/// </summary>
sealed class Expiry(ChunkStore chunks, long maxStoredBytes = Limits.MaxStoredBytes)
{
    /// <summary>Returns the bytes freed by (2) and (3).</summary>
    internal async ValueTask<long> Run(DateTimeOffset now, CancellationToken stop)
    {
        while (await chunks.Sweep(stop))
            stop.ThrowIfCancellationRequested();

        long freed = 0;
        foreach (var group in await chunks.GroupsWithRetention(stop))
        {
            Deleted batch;
            do
            {
                batch = await chunks.DeleteOldest(group.Id, group.ExpiredBeforeMs(now), stop);
                freed += batch.Bytes;
            }
            while (batch.Rows == Limits.ExpiryBatchRows);
        }
        return freed + await Trim(stop);
    }

    async ValueTask<long> Trim(CancellationToken stop)
    {
        long freed = 0;
        var excess = await chunks.TotalStoredBytes(stop) - maxStoredBytes;
        while (freed < excess && await chunks.BiggestGroup(stop) is { } biggest)
        {
            var batch = await chunks.DeleteOldest(biggest.Id, long.MaxValue, stop);
            if (batch.Rows == 0)
                break;
            freed += batch.Bytes;
        }
        return freed;
    }
}

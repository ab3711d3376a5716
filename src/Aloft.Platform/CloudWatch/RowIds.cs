using System.Security.Cryptography;

namespace Aloft.Platform.CloudWatch;

/// <summary>
/// Ids of rows: unique in a cluster, growing on one node, and roughly by time. The upper bits are the time in ms, then come a
/// count within the ms and ten bits that tell nodes apart. When more are taken than fit in a ms, they run ahead of the clock.
/// </summary>
sealed class RowIds(TimeProvider clock)
{
    const int NodeBits = 10;
    const int CountBits = 10;

    readonly long node = RandomNumberGenerator.GetInt32(1 << NodeBits);
    long last;

    internal long Next()
    {
        var now = (clock.GetUtcNow().ToUnixTimeMilliseconds() << (CountBits + NodeBits)) | node;
        while (true)
        {
            var seen = Interlocked.Read(ref last);
            var next = Math.Max(now, seen + (1 << NodeBits));
            if (Interlocked.CompareExchange(ref last, next, seen) == seen)
                return next;
        }
    }
}

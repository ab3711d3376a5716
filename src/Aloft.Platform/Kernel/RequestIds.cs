using System.Security.Cryptography;

namespace Aloft.Platform.Kernel;

/// <summary>Request ids: random UUIDs (version 4). The kernel is asked for randomness once for many of them: a system call each is felt.</summary>
public static class RequestIds
{
    const int IdBytes = 16, IdsAtOnce = 256;

    [ThreadStatic]
    static byte[]? random;

    [ThreadStatic]
    static int used;

    public static Guid Next()
    {
        if (random is null || used == random.Length)
        {
            random ??= new byte[IdsAtOnce * IdBytes];
            RandomNumberGenerator.Fill(random);
            used = 0;
        }
        var id = random.AsSpan(used, IdBytes);
        used += IdBytes;
        id[6] = (byte)((id[6] & 0x0F) | 0x40); // version 4
        id[8] = (byte)((id[8] & 0x3F) | 0x80); // the variant of RFC 9562
        return new Guid(id, bigEndian: true);
    }
}

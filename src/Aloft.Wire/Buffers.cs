using System.Buffers;

namespace Aloft.Wire;

/// <summary>
/// The shared pool, for buffers of ordinary size. A pool keeps what it is given, for each core and each thread: of large ones that would be a
/// hundred megabytes long after the large payloads have gone. Those are left to the collector.
/// </summary>
public static class Buffers
{
    const int LargestKept = 1024 * 1024;

    public static byte[] Rent(int bytes) =>
        bytes <= LargestKept ? ArrayPool<byte>.Shared.Rent(bytes) : GC.AllocateUninitializedArray<byte>(bytes);

    public static void Return(byte[] buffer)
    {
        if (buffer.Length is > 0 and <= LargestKept)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}

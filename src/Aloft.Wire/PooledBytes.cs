using System.Buffers;
using System.Text;

namespace Aloft.Wire;

/// <summary>A growing run of bytes in rented memory, for text that is built, hashed or sent, and dropped. Not thread-safe.</summary>
public sealed class PooledBytes(int sizeHint = 1024) : IBufferWriter<byte>, IDisposable
{
    byte[] rented = Buffers.Rent(sizeHint);
    int length;

    public ReadOnlySpan<byte> Written => rented.AsSpan(0, length);

    public ReadOnlyMemory<byte> WrittenMemory => rented.AsMemory(0, length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(rented.Length - length), nameof(count));
        length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return rented.AsMemory(length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return rented.AsSpan(length);
    }

    public PooledBytes Add(byte value)
    {
        Reserve(1);
        rented[length++] = value;
        return this;
    }

    public PooledBytes Add(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(rented.AsSpan(length));
        length += bytes.Length;
        return this;
    }

    /// <summary>As UTF-8.</summary>
    public PooledBytes Add(ReadOnlySpan<char> text)
    {
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        length += Encoding.UTF8.GetBytes(text, rented.AsSpan(length));
        return this;
    }

    public PooledBytes AddHex(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length * 2);
        Convert.TryToHexStringLower(bytes, rented.AsSpan(length), out var written);
        length += written;
        return this;
    }

    public void Dispose()
    {
        Buffers.Return(rented);
        (rented, length) = ([], 0);
    }

    void Reserve(int count)
    {
        if (rented.Length - length >= Math.Max(count, 1))
            return;
        var larger = Buffers.Rent(Math.Max(checked(length + count), rented.Length * 2));
        Written.CopyTo(larger);
        Buffers.Return(rented);
        rented = larger;
    }
}

using System.Runtime.CompilerServices;
using System.Text;
using Aloft.Wire;

namespace Aloft.Platform.Functions.History;

/// <summary>A pooled buffer that grows as it is written. Numbers are varints, texts have a length before them. Not thread-safe.</summary>
sealed class RecordBytes
{
    const int FirstBytes = 4 * 1024;
    const int MaxVarint = 10;

    byte[] buffer = [];

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    internal void Release()
    {
        Buffers.Return(buffer);
        (buffer, Length) = ([], 0);
    }

    internal void Byte(byte value)
    {
        Room(1);
        buffer[Length++] = value;
    }

    internal void Id(Guid id)
    {
        Room(16);
        id.TryWriteBytes(buffer.AsSpan(Length), bigEndian: true, out _);
        Length += 16;
    }

    internal void Number(long value)
    {
        Room(MaxVarint);
        var rest = (ulong)Math.Max(0, value);
        while (rest >= 0x80)
        {
            buffer[Length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }
        buffer[Length++] = (byte)rest;
    }

    /// <summary>One that may be negative.</summary>
    internal void Signed(long value)
    {
        Room(MaxVarint);
        var rest = (ulong)((value << 1) ^ (value >> 63));
        while (rest >= 0x80)
        {
            buffer[Length++] = (byte)(rest | 0x80);
            rest >>= 7;
        }
        buffer[Length++] = (byte)rest;
    }

    internal void Bytes(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    internal void Text(ReadOnlySpan<char> text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        Number(bytes);
        Room(bytes);
        Length += Encoding.UTF8.GetBytes(text, buffer.AsSpan(Length));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Room(int bytes)
    {
        if (buffer.Length - Length < bytes)
            Grow(bytes);
    }

    void Grow(int bytes)
    {
        var larger = Buffers.Rent(Math.Max(FirstBytes, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(Length + bytes))));
        Written.CopyTo(larger);
        var length = Length;
        Release();
        (buffer, Length) = (larger, length);
    }
}

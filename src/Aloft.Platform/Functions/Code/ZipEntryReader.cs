using System.Buffers;
using System.IO.Compression;
using Aloft.Wire.EventStream;

namespace Aloft.Platform.Functions.Code;

/// <summary>Reads entries while believing nothing that the zip says of them: counts what comes out and verifies its checksum.</summary>
internal static class ZipEntryReader
{
    const int BufferBytes = 64 * 1024;

    /// <summary>Unpacks an entry; returns its bytes, or null as soon as they pass <paramref name="limit"/>.</summary>
    public static long? Copy(ZipArchiveEntry entry, Stream destination, long limit)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var source = Open(entry);
            var total = 0L;
            var crc = 0u;
            for (int count; (count = Read(source, buffer)) > 0;)
            {
                total += count;
                if (total > limit)
                    return null;
                crc = Crc32.Append(crc, buffer.AsSpan(0, count));
                destination.Write(buffer, 0, count);
            }
            if (total != entry.Length || crc != entry.Crc32)
                throw PackageError.Unreadable($"The entry '{PackagePath.Shown(entry.FullName)}' is damaged.");
            return total;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static Stream Open(ZipArchiveEntry entry)
    {
        try
        {
            return entry.Open();
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            throw Damaged(entry, fault);
        }
    }

    // The source is memory: a fault while reading it is the zip's, one while writing is the disk's and must not look the same.
    static int Read(Stream source, byte[] buffer)
    {
        try
        {
            return source.Read(buffer, 0, buffer.Length);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            throw PackageError.Unreadable(fault.Message);
        }
    }

    static Exception Damaged(ZipArchiveEntry entry, Exception fault) =>
        PackageError.Unreadable($"The entry '{PackagePath.Shown(entry.FullName)}' is damaged: {fault.Message}");
}

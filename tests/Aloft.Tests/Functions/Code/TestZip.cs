using System.IO.Compression;
using System.Text;

namespace Aloft.Tests.Functions.Code;

/// <summary>Makes zips, well-formed and otherwise.</summary>
static class TestZip
{
    public const int File = 0x8000, Folder = 0x4000, Link = 0xA000, Device = 0x2000, Pipe = 0x1000;

    /// <summary>Of text files readable by all.</summary>
    public static byte[] Of(params (string Name, string Text)[] files) =>
        Make(zip =>
        {
            foreach (var (name, text) in files)
                Add(zip, name, text);
        });

    public static byte[] Make(Action<ZipArchive> fill)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            fill(zip);
        return bytes.ToArray();
    }

    /// <param name="mode">Type and permission bits as Unix has them; 0 as a system without them leaves them.</param>
    public static void Add(ZipArchive zip, string name, string text, int mode = File | 0b110_100_100)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.ExternalAttributes = mode << 16;
        using var content = entry.Open();
        content.Write(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>A file of zeros.</summary>
    public static void AddZeros(ZipArchive zip, string name, long bytes)
    {
        using var content = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
        var chunk = new byte[1024 * 1024];
        for (; bytes > 0; bytes -= chunk.Length)
            content.Write(chunk, 0, (int)Math.Min(bytes, chunk.Length));
    }

    /// <summary>Where a record's signature begins, the last one first.</summary>
    public static int LastIndexOf(byte[] zip, ReadOnlySpan<byte> signature) => zip.AsSpan().LastIndexOf(signature);
}

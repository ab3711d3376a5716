using System.IO.Compression;
using System.Text;

namespace Aloft.Packaging;

/// <summary>Packs files so that equal files give equal bytes: a deployment that changes nothing is seen as such by its digest.</summary>
internal static class PackageZip
{
    // Unix modes stand in the upper half of an entry's external attributes. 0100000 a file, 0120000 a symbolic link.
    const int PlainFile = 0x81A4; // 0100644
    const int ExecutableFile = 0x81ED; // 0100755
    const int SymbolicLink = 0xA1FF; // 0120777

    /// <summary>The earliest time that the format can hold.</summary>
    static readonly DateTimeOffset FixedTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="files">In the order in which they are to stand in the zip.</param>
    public static byte[] Pack(IEnumerable<PackageFile> files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var file in files)
                Add(zip, file);
        return bytes.ToArray();
    }

    static void Add(ZipArchive zip, PackageFile file)
    {
        var entry = zip.CreateEntry(file.Path, CompressionLevel.Optimal);
        entry.LastWriteTime = FixedTime;
        entry.ExternalAttributes = (file switch
        {
            { LinkTarget: not null } => SymbolicLink,
            { IsExecutable: true } => ExecutableFile,
            _ => PlainFile,
        }) << 16;

        using var content = entry.Open();
        if (file.LinkTarget is { } target)
            content.Write(Encoding.UTF8.GetBytes(target));
        else if (file.Content is { } bytes)
            content.Write(bytes);
        else
            using (var source = File.OpenRead(file.Source))
                source.CopyTo(content);
    }
}

using System.IO.Compression;
using System.Text;

namespace Aloft.Tests.EndToEnd;

/// <summary>Function packages, zipped in memory.</summary>
internal static class Package
{
    const int Executable = 0x81ED << 16; // a regular file with mode 755, in the upper half of a zip entry's attributes

    public static byte[] Of(params (string Path, string Text)[] files) =>
        Of(files.Select(file => (file.Path, Encoding.UTF8.GetBytes(file.Text))));

    public static byte[] Of(IEnumerable<(string Path, byte[] Content)> files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (path, content) in files)
            {
                var entry = zip.CreateEntry(path, CompressionLevel.Fastest);
                entry.ExternalAttributes = Executable;
                using var stream = entry.Open();
                stream.Write(content);
            }
        return bytes.ToArray();
    }

    /// <summary>Files, at the top of the package.</summary>
    public static byte[] OfFiles(params string[] files) => Of(files.Select(file => (Path.GetFileName(file), File.ReadAllBytes(file))));

    /// <summary>Every file below a folder.</summary>
    public static IEnumerable<(string Path, byte[] Content)> Files(string folder, string prefix) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => ($"{prefix}/{Path.GetRelativePath(folder, file)}", File.ReadAllBytes(file)));
}

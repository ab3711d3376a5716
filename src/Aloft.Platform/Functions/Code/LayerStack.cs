using System.Security.Cryptography;
using System.Text;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Code;

/// <summary>
/// Layers one over another, as a function finds them at /opt: what a later one brings replaces what an earlier one has at the same path,
/// except that folders are joined. https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
/// </summary>
internal static class LayerStack
{
    /// <summary>The address of the folder that shows these packages: null of none, of one its own, else one over their digests.</summary>
    public static string? Digest(IReadOnlyList<string> packages) => packages switch
    {
        [] => null,
        [var only] => only,
        _ => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"layers\n{string.Join('\n', packages)}"))),
    };

    /// <summary>
    /// Makes a new folder of unpacked packages, read-only as they are. Their files are linked where the file system can, so that a layer
    /// takes disk and memory once. What is unpacked has been checked, and nothing is written through a link.
    /// </summary>
    public static void Merge(IEnumerable<string> packages, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var package in packages)
                Lay(new DirectoryInfo(package), folder);
            PackageFolder.Seal(folder);
        }
        catch
        {
            PackageFolder.Delete(folder);
            throw;
        }
    }

    static void Lay(DirectoryInfo from, string to)
    {
        foreach (var entry in from.EnumerateFileSystemInfos())
        {
            var target = Path.Combine(to, entry.Name);
            if (entry is DirectoryInfo { LinkTarget: null } folder)
            {
                if (!IsFolder(target))
                    Remove(target);
                Directory.CreateDirectory(target);
                Lay(folder, target);
                continue;
            }
            Remove(target);
            if (entry.LinkTarget is { } link)
                File.CreateSymbolicLink(target, link);
            else if (!HardLink.TryMake(entry.FullName, target))
                File.Copy(entry.FullName, target);
        }
    }

    static void Remove(string path)
    {
        if (IsFolder(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path); // nothing where there is nothing; of a link the link itself
    }

    static bool IsFolder(string path) => new DirectoryInfo(path) is { Exists: true, LinkTarget: null };
}

using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Aloft.Wire;

namespace Aloft.Platform.Functions.Code;

internal sealed record PackageFile(PackagePath Path, ZipArchiveEntry Entry, bool Executable);

internal sealed record PackageLink(PackagePath Path, string Target);

/// <summary>
/// What a zip says it holds, checked as a whole before anything is written: every path inside the tree and used once, no entry
/// below a file or a link, links only to inside, no devices, counts and declared sizes within limits.
/// </summary>
internal sealed class PackageContents : IDisposable
{
    const int TypeMask = 0xF000, RegularFile = 0x8000, Folder = 0x4000, SymbolicLink = 0xA000; // st_mode
    const int AnyExecute = 0x49; // 0111

    // A file system that ignores case would let README and readme overwrite each other.
    static readonly StringComparer SamePath = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    readonly ZipArchive archive;
    readonly Dictionary<string, bool> isFolder = new(SamePath);
    readonly List<PackagePath> folders = [];
    readonly List<PackageFile> files = [];
    readonly List<PackageLink> links = [];

    PackageContents(ZipArchive archive) => this.archive = archive;

    /// <summary>Parents before what is in them.</summary>
    public IReadOnlyList<PackagePath> Folders => folders;

    public IReadOnlyList<PackageFile> Files => files;

    public IReadOnlyList<PackageLink> Links => links;

    /// <summary>Throws <see cref="ApiError"/> for a zip that is not one, or not harmless.</summary>
    public static PackageContents Read(ReadOnlyMemory<byte> zip)
    {
        if (zip.IsEmpty)
            throw PackageError.Empty();
        // The reader keeps an object for each entry that the directory lists, whatever count the file claims.
        if (zip.Span.Count("PK\x01\x02"u8) > Limits.Entries)
            throw PackageError.Unreadable($"It has more than {Limits.Entries} entries.");

        PackageContents? contents = null;
        try
        {
            contents = new(new ZipArchive(AsStream(zip), ZipArchiveMode.Read));
            contents.ReadEntries();
            return contents;
        }
        catch (Exception fault)
        {
            contents?.Dispose();
            if (fault is InvalidDataException or IOException)
                throw PackageError.Unreadable(fault.Message);
            throw;
        }
    }

    void ReadEntries()
    {
        if (archive.Entries.Count == 0)
            throw PackageError.Empty();

        var declared = 0L;
        foreach (var entry in archive.Entries)
        {
            declared += Math.Max(0, entry.Length);
            if (declared > Limits.UnzippedBytes)
                throw PackageError.TooLarge();
            if (entry.IsEncrypted)
                throw PackageError.Unreadable($"The entry '{PackagePath.Shown(entry.FullName)}' is encrypted.");
            Add(entry, PackagePath.Parse(entry.FullName));
        }
    }

    void Add(ZipArchiveEntry entry, PackagePath path)
    {
        var mode = entry.ExternalAttributes >>> 16;
        var type = entry.FullName.EndsWith('/') ? Folder : mode & TypeMask;
        if (path.IsRoot && type != Folder)
            throw PackageError.Unreadable("An entry has no name.");

        switch (type)
        {
            case Folder when entry.Length > 0:
                throw PackageError.Unreadable($"The folder '{PackagePath.Shown(entry.FullName)}' has content of its own.");
            case Folder:
                AddFolder(path);
                break;
            case RegularFile or 0: // 0: made by a system without modes
                AddLeaf(path);
                files.Add(new(path, entry, (mode & AnyExecute) != 0));
                break;
            case SymbolicLink:
                AddLeaf(path);
                links.Add(ReadLink(path, entry));
                break;
            default:
                throw PackageError.Unreadable($"The entry '{path}' is neither a file, a folder nor a symbolic link.");
        }
    }

    void AddFolder(PackagePath path)
    {
        if (path.IsRoot)
            return;
        if (isFolder.TryGetValue(path.Text, out var already))
        {
            if (!already)
                throw PackageError.Unreadable($"'{path}' is a folder and something else as well.");
            return;
        }
        AddFolder(path.Parent);
        isFolder.Add(path.Text, true);
        folders.Add(path);
    }

    void AddLeaf(PackagePath path)
    {
        AddFolder(path.Parent);
        if (!isFolder.TryAdd(path.Text, false))
            throw PackageError.Unreadable($"The entry '{path}' occurs twice.");
    }

    static PackageLink ReadLink(PackagePath path, ZipArchiveEntry entry)
    {
        using var content = new MemoryStream();
        if (entry.Length > Limits.LinkTargetBytes || ZipEntryReader.Copy(entry, content, Limits.LinkTargetBytes) is null)
            throw PackageError.Unreadable($"The target of the link '{path}' is too long.");

        var target = Encoding.UTF8.GetString(content.GetBuffer().AsSpan(0, (int)content.Length));
        return path.MayLinkTo(target)
            ? new(path, target)
            : throw PackageError.Unreadable($"The link '{path}' leads out of the package, or climbs ('..') after a name.");
    }

    static MemoryStream AsStream(ReadOnlyMemory<byte> zip) =>
        MemoryMarshal.TryGetArray(zip, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(zip.ToArray(), writable: false);

    public void Dispose() => archive.Dispose();
}
